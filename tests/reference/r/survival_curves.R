# Kaplan-Meier curves, quantiles, restricted means and log-rank tests: survival::survfit, quantile, summary(rmean), survdiff.
# Rscript tests/reference/r/survival_curves.R > tests/reference/values/survival_curves.json
# (data: tests/reference/r/cox_data.R, Rossi's from lifelines, aml from survival; times are compared exactly: timefix = FALSE)
suppressMessages({library(survival); library(jsonlite)})
write.csv(data.frame(week = aml$time, event = aml$status, maintained = 1 * (aml$x == "Maintained")),
          "tests/reference/data/aml.csv", row.names = FALSE, quote = FALSE)
case <- function(data, time, event, group, tau, entry = NULL, strata = NULL, scale = 1)
  list(data = data, scale = scale, time = time, event = event, group = group, tau = tau, entry = entry, strata = strata)
cases <- list(
  case("aml", "week", "event", "maintained", 40), case("rossi", "week", "arrest", "fin", 52, strata = "race"),
  case("lung", "time", "event", "sex", 500, strata = "ecog"), case("lung", "month", "event", "sex", 20, entry = "entry"),
  case("veteran", "time", "event", "trt", 300, strata = "cell"), case("veteran", "month", "event", "cell", 12, strata = "trt"),
  case("ovarian", "time", "event", "rx", 700), case("colon", "week", "event", "differ", 400, strata = "obstruct"),
  case("heart", "stop", "event", "transplant", 600, entry = "start", scale = 2))  # half days become whole
surv <- function(k, d) if (is.null(k$entry)) Surv(d[[k$time]], d[[k$event]]) else Surv(d[[k$entry]], d[[k$time]], d[[k$event]])
curve <- function(k, d) {
  y <- surv(k, d)
  at <- function(type) {
    s <- survfit(y ~ 1, conf.type = type, timefix = FALSE); q <- quantile(s, c(.25, .5, .75))
    j <- which(s$n.event > 0); j <- unique(j[round(seq(1, length(j), length.out = 25))])
    # print.survfit and quantile.survfit take different weeks where a limit is not monotone, as with late entry
    monotone <- !any(diff(s$lower[!is.na(s$lower)]) > 0); t <- summary(s)$table
    list(type = type, monotone = monotone, printed_median = unname(t[c("median", "0.95LCL", "0.95UCL")]), low = s$lower[j], high = s$upper[j], quantile = unname(q$quantile), quantile_low = unname(q$lower), quantile_high = unname(q$upper)) }
  s <- survfit(y ~ 1, timefix = FALSE); j <- which(s$n.event > 0); j <- unique(j[round(seq(1, length(j), length.out = 25))])
  m <- summary(s, rmean = k$tau)$table
  list(level = d[[k$group]][1], time = s$time[j], at_risk = s$n.risk[j], events = s$n.event[j], survival = s$surv[j], se = s$surv[j] * s$std.err[j],
       rmean = m[["rmean"]], rmean_se = m[["se(rmean)"]], limits = lapply(c("log-log", "log", "plain"), at)) }
difference <- function(t) list(chisq = t$chisq, df = length(t$n) - 1, p = pchisq(t$chisq, length(t$n) - 1, lower.tail = FALSE),
                               observed = unname(rowSums(as.matrix(t$obs))), expected = unname(rowSums(as.matrix(t$exp))))
# The weighted tests by their definition (Klein & Moeschberger 2003, section 7.3), in a loop over the event times
weighted <- function(k, d, name) {
  t <- d[[k$time]]; e <- d[[k$event]]; g <- d[[k$group]]; s <- if (is.null(k$entry)) rep(-1, length(t)) else d[[k$entry]]
  levels <- sort(unique(g)); u <- numeric(length(levels)); V <- matrix(0, length(levels), length(levels)); km <- 1; peto <- 1
  for (at in sort(unique(t[e == 1]))) {
    n <- sapply(levels, function(l) sum(g == l & s < at & t >= at)); x <- sapply(levels, function(l) sum(g == l & t == at & e == 1))
    N <- sum(n); D <- sum(x); peto <- peto * (1 - D / (N + 1))
    w <- switch(name, "log-rank" = 1, "gehan" = N, "tarone-ware" = sqrt(N), "peto-peto" = peto, "modified-peto-peto" = peto * N / (N + 1),
                "1,0" = km, "0,1" = 1 - km, "1,1" = km * (1 - km), "0.5,2" = km^.5 * (1 - km)^2)
    u <- u + w * (x - n * D / N)
    if (N > 1) V <- V + w^2 * (diag(n / N) - outer(n / N, n / N)) * D * (N - D) / (N - 1)
    km <- km * (1 - D / N) }
  q <- seq_len(length(levels) - 1); x <- drop(u[q] %*% solve(V[q, q]) %*% u[q])
  list(name = name, chisq = x, p = pchisq(x, length(q), lower.tail = FALSE)) }
run <- function(k) {
  d <- read.csv(file.path("tests/reference/data", paste0(k$data, ".csv"))); for (v in c(k$time, k$entry)) d[[v]] <- k$scale * d[[v]]
  y <- surv(k, d); g <- d[[k$group]]
  names <- c("log-rank", "gehan", "tarone-ware", "peto-peto", "modified-peto-peto", "1,0", "0,1", "1,1", "0.5,2")
  out <- c(k, list(curves = lapply(split(d, g), function(part) curve(k, part)), weighted = lapply(names, function(name) weighted(k, d, name))))
  names(out$curves) <- NULL
  if (is.null(k$entry)) {
    out$rho0 <- difference(survdiff(y ~ g)); out$rho1 <- difference(survdiff(y ~ g, rho = 1)) }
  if (!is.null(k$strata)) out$stratified <- difference(survdiff(y ~ g + strata(d[[k$strata]])))
  out }
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival")), cases = lapply(cases, run)),
           digits = I(17), auto_unbox = TRUE, null = "null", na = "null"), "\n")
