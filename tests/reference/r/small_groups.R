# What few people say of a curve, tests at one week, Nelson-Aalen, weeks lost, and the log-rank test's O and E: survival, MASS, base R.
# Rscript tests/reference/r/small_groups.R > tests/reference/values/small_groups.json
# The beta products and their melding are written out by their definition (Fay, Brittain & Proschan 2013; Fay & Brittain 2016; Fay,
# Proschan & Brittain 2015), with integrate() and uniroot(); data: MASS' gehan, and tests/reference/r/cox_data.R
suppressMessages({library(survival); library(jsonlite)})
gehan <- MASS::gehan
write.csv(data.frame(week = gehan$time, event = gehan$cens, control = 1 * (gehan$treat == "control")),
          "tests/reference/data/gehan.csv", row.names = FALSE, quote = FALSE)
load <- function(name) read.csv(file.path("tests/reference/data", paste0(name, ".csv")))
counts <- function(week, event, last = max(week)) {
  t <- 0:last; list(n = sapply(t, function(s) sum(week >= s)), d = sapply(t, function(s) sum(week == s & event > 0)), size = length(week)) }
beta_of <- function(m, s) { k <- m * (1 - m) / (s - m^2) - 1; c(m * k, (1 - m) * k) }
# moments of a product of independent betas, week by week in a loop
product <- function(k, until) {
  m <- 1; s <- 1
  for (t in seq_len(until + 1)) if (k$d[t] > 0) {
    a <- k$n[t] - k$d[t] + 1; b <- k$d[t]; m <- m * a / (a + b); s <- s * a * (a + 1) / ((a + b) * (a + b + 1)) }
  c(m, s, k$n[until + 1] - k$d[until + 1]) }
survival_share <- function(k, until) {           # half upper, half lower
  p <- product(k, until); y <- p[3]; beta_of(p[1] * (1 + y / (y + 1)) / 2, p[2] * (1 + y / (y + 2)) / 2) }
mean_share <- function(k, tau) {                 # every pair of weeks
  p <- sapply(0:(tau - 1), function(t) { q <- product(k, t); y <- q[3]
    c(q[1] * (y + .5) / (y + 1), q[2] * (y + .5) * (y + 1.5) / ((y + 1) * (y + 2))) })
  total <- 0
  for (i in 1:tau) for (j in 1:tau) { s <- min(i, j); t <- max(i, j); total <- total + p[2, s] * p[1, t] / p[1, s] }
  beta_of(sum(p[1, ]) / tau, total / tau^2) }
exact <- function(k, until) {
  p <- product(k, until); y <- p[3]; up <- beta_of(p[1], p[2]); lo <- beta_of(p[1] * y / (y + 1), p[2] * y / (y + 2))
  c(if (y > 0) qbeta(.025, lo[1], lo[2]) else 0, if (p[1] < 1) qbeta(.975, up[1], up[2]) else 1) }
melded <- function(x, y) {
  f <- function(g, lower, upper) { cut <- sort(unique(pmin(pmax(c(lower, upper, y[1] / sum(y)), 0), 1))); cut <- unique(c(0, cut, 1))
    sum(mapply(function(l, u) integrate(g, l, u, rel.tol = 1e-11, subdivisions = 2000L)$value, head(cut, -1), tail(cut, -1))) }
  difference <- function(t) f(function(v) pbeta(t + v, x[1], x[2]) * dbeta(v, y[1], y[2]), -t, 1 - t)
  ratio <- function(r) f(function(v) pbeta(r * v, x[1], x[2]) * dbeta(v, y[1], y[2]), 0, 1 / r)
  root <- function(g, p, lower, upper) uniroot(function(t) g(t) - p, c(lower, upper), tol = 1e-12)$root
  p <- difference(0)
  list(difference = c(root(difference, .025, -1 + 1e-9, 1 - 1e-9), root(difference, .975, -1 + 1e-9, 1 - 1e-9)),
       ratio = exp(c(root(function(u) ratio(exp(u)), .025, -8, 8), root(function(u) ratio(exp(u)), .975, -8, 8))), p = 2 * min(p, 1 - p)) }
scales <- list(plain = c(function(s) s, function(s) 1), log = c(log, function(s) 1 / s), "log-log" = c(function(s) log(-log(s)), function(s) 1 / (s * log(s))),
               logit = c(qlogis, function(s) 1 / (s * (1 - s))), arcsine = c(function(s) asin(sqrt(s)), function(s) 1 / (2 * sqrt(s * (1 - s)))))
two <- function(name, time, event, group, levels, weeks, tau) {
  d <- load(name); d <- d[d[[group]] %in% levels, ]; w <- d[[time]]; e <- d[[event]]; g <- d[[group]] == levels[1]
  k <- list(counts(w[g], e[g], max(w)), counts(w[!g], e[!g], max(w)))
  fits <- lapply(list(g, !g), function(who) survfit(Surv(w[who], e[who]) ~ 1, timefix = FALSE))
  at <- lapply(weeks, function(t) {
    share <- lapply(k, survival_share, t); s <- sapply(fits, function(f) summary(f, times = t, extend = TRUE)$surv)
    se <- sapply(fits, function(f) summary(f, times = t, extend = TRUE)$std.err)
    haz <- lapply(fits, function(f) { j <- max(which(f$time <= t)); c(f$cumhaz[j], f$std.chaz[j]) })
    tests <- lapply(scales, function(h) (h[[1]](s[1]) - h[[1]](s[2]))^2 / sum((se * sapply(s, h[[2]]))^2))
    list(week = t, share = share, exact = lapply(k, exact, t), melded = melded(share[[1]], share[[2]]), hazard = haz, tests = tests) })
  m <- lapply(k, mean_share, tau); rm <- sapply(fits, function(f) summary(f, rmean = tau)$table[c("rmean", "se(rmean)")])
  lost <- tau - rm[1, ]; z <- qnorm(.975); error <- sqrt(sum((rm[2, ] / lost)^2)); log_ratio <- log(lost[1] / lost[2])
  sd <- survdiff(Surv(w, e) ~ !g); o <- sd$obs; x <- sd$exp; v <- sd$var[1, 1]
  peto <- (o[1] - x[1]) / v; pike <- log(o[1] / x[1]) - log(o[2] / x[2]); pike_se <- sqrt(sum(1 / x))
  list(data = name, time = time, event = event, group = group, levels = levels, tau = tau, at = at, mean_share = m, mean_melded = melded(m[[1]], m[[2]]),
       lost = lost, lost_ratio = unname(exp(log_ratio + c(0, -z, z) * error)), lost_p = unname(2 * pnorm(-abs(log_ratio) / error)),
       peto = unname(exp(peto + c(0, -z, z) / sqrt(v))), pike = unname(exp(pike + c(0, -z, z) * pike_se))) }
trend <- function(name, time, event, group) {
  d <- load(name); d <- d[!is.na(d[[group]]), ]; x <- as.numeric(factor(d[[group]])) - 1
  s <- summary(coxph(Surv(d[[time]], d[[event]]) ~ x, ties = "exact"))$sctest
  list(data = name, time = time, event = event, group = group, chisq = s[["test"]], p = s[["pvalue"]]) }
# incidence with competing events: all pairs of weeks
incidence <- function(name, rows, until) {
  d <- load(paste0("competing_", name))[rows, ]; w <- d$time; last <- max(w); t <- 0:last
  n <- sapply(t, function(s) sum(w >= s)); d1 <- sapply(t, function(s) sum(w == s & d$cause == 1)); every <- sapply(t, function(s) sum(w == s & d$cause > 0))
  A <- n + 1; p <- d1 / A; p2 <- d1 * (d1 + 1) / (A * (A + 1)); pq <- d1 * (n - every + 1) / (A * (A + 1))
  q <- (n - every + 1) / A; q2 <- (n - every + 1) * (n - every + 2) / (A * (A + 1)); S <- cumprod(c(1, q)); S2 <- cumprod(c(1, q2)); m <- 0; f2 <- 0
  for (i in 1:(until + 1)) { m <- m + S[i] * p[i]
    for (j in 1:(until + 1)) if (i == j) f2 <- f2 + S2[i] * p2[i] else { a <- min(i, j); b <- max(i, j)
      f2 <- f2 + S2[a] * pq[a] * (if (b > a + 1) prod(q[(a + 1):(b - 1)]) else 1) * p[b] } }
  fs <- sum(sapply(1:(until + 1), function(i) S2[i] * pq[i] * (if (i < until + 1) prod(q[(i + 1):(until + 1)]) else 1)))
  y <- n[until + 1] - every[until + 1]; s1 <- S[until + 2]; s2 <- S2[until + 2]
  up1 <- m + s1 / (y + 1); up2 <- f2 + 2 * fs / (y + 1) + s2 * 2 / ((y + 1) * (y + 2)); up <- beta_of(up1, up2)
  list(data = name, rows = length(rows), week = until, share = beta_of((m + up1) / 2, (f2 + up2) / 2),
       exact = c(if (m > 0) qbeta(.025, beta_of(m, f2)[1], beta_of(m, f2)[2]) else 0, qbeta(.975, up[1], up[2]))) }
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival"), "MASS", packageVersion("MASS")),
  pairs = list(two("gehan", "week", "event", "control", c(0, 1), c(8, 15), 20), two("aml", "week", "event", "maintained", c(1, 0), c(13, 34), 40),
               two("veteran", "month", "event", "cell", c(3, 4), c(2, 5), 6)),
  trends = list(trend("veteran", "month", "event", "cell"), trend("lung", "month", "event", "ecog"), trend("colon", "week", "event", "differ")),
  incidence = list(incidence("mgus2", 1:25, 60), incidence("pbc", 1:40, 100), incidence("melanoma_quarters", 1:40, 10))),
  digits = I(17), auto_unbox = TRUE, null = "null", na = "null"), "\n")
