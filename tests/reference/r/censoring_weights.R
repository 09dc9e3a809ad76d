# Survival weighted by the inverse probability of being followed: survival::coxph for being lost, then weighted sums written out.
# Rscript tests/reference/r/censoring_weights.R > tests/reference/values/censoring_weights.json
suppressMessages({library(survival); library(jsonlite)})
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
weighted <- function(d, right, at) {
  d$loss <- (1 - d$event) * (d$week < max(at)) # later ends play no part
  d$until <- ifelse(d$event == 1, d$week - 0.5, d$week) # an event comes before losses in its week
  f <- coxph(as.formula(paste("Surv(until, loss) ~", right)), d, ties = "breslow", control = tight)
  H <- basehaz(f, centered = FALSE)
  rel <- exp(model.matrix(f) %*% coef(f))
  S <- 1; out <- c()
  for (t in 1:max(at)) {
    h <- if (any(H$time <= t - 1)) max(H$hazard[H$time <= t - 1]) else 0
    w <- exp(h * rel)
    S <- S * (1 - sum(w[d$week == t & d$event == 1]) / sum(w[d$week >= t])); out <- c(out, S)
  }
  list(coef = unname(coef(f)), week = at, survival = out[at], plain = summary(survfit(Surv(week, event) ~ 1, d), times = at)$surv)
}
v <- read.csv("tests/reference/data/veteran.csv"); v$week <- v$month
l <- read.csv("tests/reference/data/lung.csv"); l$week <- l$month; l$old <- 1 * (l$age > 65); l <- l[l$ecog < 3, ]
colon <- read.csv("tests/reference/data/colon.csv"); colon$week <- colon$quarter
cases <- list(
  c(list(data = "lung", time = "month", covariates = c("sex", "ecog", "old")), weighted(l, "factor(sex) + factor(ecog) + factor(old)", c(3, 6, 12, 24))),
  c(list(data = "colon", time = "quarter", covariates = c("obstruct", "differ", "lev")),
    weighted(colon, "factor(obstruct) + factor(differ) + factor(lev)", c(4, 8, 20, 28))),
  c(list(data = "veteran", time = "month", covariates = c("prior", "trt")), weighted(v, "factor(prior) + factor(trt)", c(2, 4, 8))))
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival")), cases = cases), digits = NA, auto_unbox = TRUE), "\n")
