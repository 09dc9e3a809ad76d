# Cumulative incidence, Gray's test, Fine-Gray and cause-specific Cox: cmprsk::cuminc, cmprsk::crr, survival::survfit and coxph.
# Rscript tests/reference/r/competing_events.R > tests/reference/values/competing_events.json
# Writes its data to tests/reference/data/competing_*.csv: numbers only, from R's packages survival and boot.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
put <- function(name, d) {
  d <- d[complete.cases(d), ]
  write.csv(d, file.path("tests/reference/data", paste0("competing_", name, ".csv")), row.names = FALSE, quote = FALSE)
  d
}
m <- boot::melanoma
cause <- c(1, 0, 2)[m$status]
data <- list(
  melanoma_days = put("melanoma_days", data.frame(time = m$time, cause, group = m$ulcer, stratum = m$sex, x = m$thickness, z = m$age)),
  melanoma_quarters = put("melanoma_quarters", data.frame(time = ceiling(m$time / 91.3125), cause, group = m$ulcer, stratum = m$sex,
                                                          x = m$thickness, z = m$age)),
  mgus2 = put("mgus2", with(mgus2, data.frame(time = ifelse(pstat == 1, ptime, futime), cause = ifelse(pstat == 1, 1, 2 * death),
                                              group = 1 * (sex == "M"), stratum = 1 * (age > 70), x = age / 10, z = mspike))),
  transplant = put("transplant", with(transplant, data.frame(time = pmax(1, ceiling(futime / 7)), cause = c(0, 2, 1, 3)[as.integer(event)],
                                                             group = as.integer(abo), stratum = 1 * (sex == "m"), x = age / 10, z = year - 1995))),
  pbc = put("pbc", with(subset(pbc, !is.na(trt)), data.frame(time = ceiling(time / 30.4375), cause = c(0, 2, 1)[status + 1], group = trt,
                                                           stratum = 1 * (stage > 3), x = log(bili), z = albumin))))
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
curves <- function(d) {
  fit <- cuminc(d$time, d$cause)
  causes <- sort(unique(d$cause[d$cause > 0]))
  state <- survfit(Surv(time, factor(cause, 0:max(cause))) ~ 1, data = d, conf.type = "log-log", timefix = FALSE, se.fit = TRUE)
  plain <- survfit(Surv(time, factor(cause, 0:max(cause))) ~ 1, data = d, conf.type = "plain", timefix = FALSE)
  at <- unique(round(quantile(d$time[d$cause > 0], c(.05, .2, .4, .6, .8, .95), type = 1)))
  s <- summary(state, times = at); p <- summary(plain, times = at); est <- timepoints(fit, at)
  lapply(causes, function(k) {
    km <- summary(survfit(Surv(time, cause == k) ~ 1, data = d, timefix = FALSE), times = at)
    list(cause = k, week = at, estimate = unname(est$est[k, ]), aalen_variance = unname(est$var[k, ]), survival_estimate = s$pstate[, k + 1],
         survival_error = s$std.err[, k + 1], low = s$lower[, k + 1], high = s$upper[, k + 1], plain_low = p$lower[, k + 1],
         plain_high = p$upper[, k + 1], one_minus_km = 1 - km$surv)
  })
}
gray <- function(d) lapply(list(c(0, 0), c(0, 1), c(1, 0), c(0.5, 1)), function(o) {
  fit <- if (o[2] == 1) cuminc(d$time, d$cause, d$group, d$stratum, rho = o[1]) else cuminc(d$time, d$cause, d$group, rho = o[1])
  list(rho = o[1], stratified = o[2] == 1, chi2 = unname(fit$Tests[, "stat"]), p = unname(fit$Tests[, "pv"]), df = unname(fit$Tests[, "df"]))
})
late <- function(d) { # every third person comes late: survival::finegray and coxph, weights as known
  d$id <- seq_len(nrow(d)); d$entry <- ifelse(d$id %% 3 == 0, pmin(d$time - 1, d$id %% 11), 0)
  if (max(d$entry) == min(d$time)) d$entry <- pmin(d$entry, max(d$entry) - 1) # finegray forgets entries in the very week of the first exit
  f <- finegray(Surv(entry, time, factor(cause, 0:max(cause))) ~ ., data = d, id = id, etype = "1", timefix = FALSE)
  fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ group + x + z, data = f, weights = fgwt, cluster = id, ties = "breslow", control = tight)
  list(entry = d$entry, coef = unname(coef(fit)), var = unname(fit$var))
}
models <- function(d) {
  x <- as.matrix(d[c("group", "x", "z")])
  fit <- crr(d$time, d$cause, x, gtol = 1e-13, maxiter = 50)
  one <- crr(d$time, d$cause, x[, 1, drop = FALSE], gtol = 1e-13, maxiter = 50)
  cox <- coxph(Surv(time, cause == 1) ~ group + x + z, data = d, control = tight)
  list(coef = unname(fit$coef), var = unname(fit$var), loglik = fit$loglik, null = fit$loglik.null, one_coef = unname(one$coef),
       one_var = c(one$var), cox_coef = unname(coef(cox)), cox_var = unname(cox$var))
}
cases <- lapply(names(data), function(name) list(data = name, curves = curves(data[[name]]), gray = gray(data[[name]]), models = models(data[[name]]), late = late(data[[name]])))
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival"), "cmprsk", packageVersion("cmprsk")), cases = cases),
           digits = NA, auto_unbox = TRUE, na = "null"), "\n")
