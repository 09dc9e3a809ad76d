# Parametric survival: survival::survreg, everything as ranges (left, right]; an event in week w is (w - 1, w].
# Rscript tests/reference/r/parametric_survival.R > tests/reference/values/parametric_survival.json
suppressMessages({library(survival); library(jsonlite)})
read <- function(name) read.csv(sprintf("tests/reference/data/%s.csv", name))
known <- function(week, event, group) data.frame(left = ifelse(event == 1, week - 1, week), right = ifelse(event == 1, week, NA), group)
veteran <- read("veteran"); lung <- read("lung"); ovarian <- read("ovarian")
sets <- list(interval_bcos = read("interval_bcos"), interval_veteran = read("interval_veteran"), interval_lung = read("interval_lung"),
             veteran = known(veteran$month, veteran$event, veteran$trt - 1), lung = known(lung$month, lung$event, lung$sex - 1),
             ovarian = known(ovarian$time, ovarian$event, ovarian$rx - 1))
fit <- function(d, dist, model) survreg(model, data = d, dist = dist, control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
given <- function(f) list(coef = unname(c(coef(f), log(f$scale))), covariance = unname(vcov(f)), log_likelihood = f$loglik[2], aic = AIC(f))
curve <- function(d, dist, weeks) {
  f <- fit(d, dist, y ~ 1)
  s <- function(z) switch(dist, weibull = exp(-exp(z)), lognormal = pnorm(-z), loglogistic = plogis(-z))
  z <- (log(weeks) - coef(f)) / f$scale
  g <- rbind(-1 / f$scale, -z); e <- sqrt(colSums(g * (vcov(f) %*% g)))
  q <- predict(f, type = "uquantile", p = 0.5, newdata = data.frame(one = 1), se.fit = TRUE)
  c(given(f), list(weeks = weeks, survival = s(z), low = s(z + qnorm(.975) * e), high = s(z - qnorm(.975) * e),
                   median = unname(exp(q$fit)), median_low = unname(exp(q$fit - qnorm(.975) * q$se.fit)), median_high = unname(exp(q$fit + qnorm(.975) * q$se.fit))))
}
# limits of the likelihood, read as t with events - 2 df: the coefficient held at b by an offset
profile <- function(d, dist, f) {
  d$x <- 1 - d$group
  at <- function(b) { d$o <- b * d$x; fit(d, dist, y ~ offset(o))$loglik[2] }
  b <- coef(f)[2]; e <- sqrt(vcov(f)[2, 2]); m <- sum(!is.na(d$right)); down <- function(v) at(v) - (f$loglik[2] - m * log(1 + qt(.975, m - 2)^2 / (m - 2)) / 2)
  root <- function(from, to) uniroot(down, c(from, to), tol = 1e-11, extendInt = "no")$root
  list(ratio = unname(exp(b)), low = exp(root(b - 5 * e, b)), high = exp(root(b, b + 5 * e)), p = 2 * pt(-sqrt((m - 2) * (exp(2 * (f$loglik[2] - at(0)) / m) - 1)), m - 2))
}
cases <- list()
for (name in names(sets)) for (dist in c("weibull", "lognormal", "loglogistic")) {
  d <- sets[[name]]; d$left[d$left <= 0] <- NA
  d$y <- with(d, Surv(left, right, type = "interval2"))
  weeks <- round(quantile(d$left, c(.25, .6), na.rm = TRUE))
  both <- fit(d, dist, y ~ I(1 - group))
  cases[[length(cases) + 1]] <- list(data = name, distribution = dist, all = curve(d, dist, weeks),
    arms = lapply(0:1, function(g) curve(d[d$group == g, ], dist, weeks)), model = given(both), ratio = profile(d, dist, both))
}
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival")), cases = cases), digits = I(15), auto_unbox = TRUE, na = "null"), "\n")
