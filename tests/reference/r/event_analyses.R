# What the analyses hazards, event_rates and revictimisation say of real data: survival::coxph, cox.zph, survdiff, survfit, poisson.test.
# Rscript tests/reference/r/event_analyses.R > tests/reference/values/event_analyses.json
suppressMessages({library(survival); library(jsonlite)})
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
rows <- list()
add <- function(data, measure, arm, subgroup = "", time = "", estimate, low = NA, high = NA, p = NA)
  rows[[length(rows) + 1]] <<- list(data = data, measure = measure, arm = arm, subgroup = subgroup, time = time, estimate = estimate,
                                    low = low, high = high, p = p)
compare <- function(data, pair, y, first, groups, entry = NULL) {
  d <- data.frame(first = 1 * first, groups)
  f <- coxph(as.formula(paste("y ~ first +", paste(names(groups), collapse = " + "))), d, control = tight)
  s <- summary(f); ci <- s$conf.int; p <- s$coefficients[, "Pr(>|z|)"]
  for (j in seq_len(nrow(ci))) {
    name <- rownames(ci)[j]
    sub <- if (j == 1) "" else { g <- names(groups)[sapply(names(groups), function(n) startsWith(name, n))]; paste0(g, "=", sub(g, "", name)) }
    add(data, "hazard_ratio", if (j == 1) pair else "all", sub, estimate = ci[j, 1], low = ci[j, 3], high = ci[j, 4], p = p[[j]]) }
  k <- concordance(y ~ predict(f, type = "lp"), reverse = TRUE, timefix = FALSE)
  logit <- qlogis(k$concordance) + c(-1, 1) * qnorm(0.975) * sqrt(k$var) / (k$concordance * (1 - k$concordance))
  add(data, "concordance", pair, estimate = unname(k$concordance), low = plogis(logit[1]), high = plogis(logit[2]))
  add(data, "aic", pair, estimate = AIC(f))
  z <- cox.zph(f, transform = "km", terms = TRUE)$table
  for (j in seq_len(nrow(z))) add(data, "ph_test_chi2", if (j == 1) pair else "all", if (j == 1 || rownames(z)[j] == "GLOBAL") "" else rownames(z)[j],
                                  estimate = z[j, 1], p = z[j, 3])
  if (is.null(entry)) {
    t <- survdiff(as.formula(paste("y ~ first + strata(", paste(names(groups), collapse = ", "), ")")), d)
    add(data, "stratified_log_rank_chi2", pair, estimate = t$chisq, p = pchisq(t$chisq, 1, lower.tail = FALSE)) }
}
rate <- function(data, arms, weeks, event, arm) {
  years <- function(who) sum(weeks[who]) * 7 / 365.25
  for (a in arms) { t <- poisson.test(sum(event[arm == a]), years(arm == a)); add(data, "rate_per_person_year", a, estimate = unname(t$estimate), low = t$conf.int[1], high = t$conf.int[2]) }
  t <- poisson.test(sapply(arms, function(a) sum(event[arm == a])), sapply(arms, function(a) years(arm == a)))
  add(data, "rate_ratio", paste(arms, collapse = " - "), estimate = unname(t$estimate), low = t$conf.int[1], high = t$conf.int[2], p = t$p.value)
}
contrast <- function(data, pair, subgroup, y, first, at, tau) {
  one <- survfit(y[first, ] ~ 1, timefix = FALSE, conf.type = "log-log"); two <- survfit(y[!first, ] ~ 1, timefix = FALSE, conf.type = "log-log")
  a <- summary(one, times = at); b <- summary(two, times = at); z <- qnorm(.975)
  arms <- strsplit(pair, " - ")[[1]]
  add(data, "survival", arms[1], subgroup, as.character(at), a$surv, a$lower, a$upper); add(data, "survival", arms[2], subgroup, as.character(at), b$surv, b$lower, b$upper)
  r <- a$surv / b$surv; se <- sqrt((a$std.err / a$surv)^2 + (b$std.err / b$surv)^2)
  add(data, "survival_ratio", pair, subgroup, as.character(at), r, r * exp(-z * se), r * exp(z * se), 2 * pnorm(-abs(log(r) / se)))
  m <- summary(one, rmean = tau)$table; n <- summary(two, rmean = tau)$table; r <- m[["rmean"]] / n[["rmean"]]
  se <- sqrt((m[["se(rmean)"]] / m[["rmean"]])^2 + (n[["se(rmean)"]] / n[["rmean"]])^2)
  add(data, "restricted_mean_ratio", pair, subgroup, as.character(tau), r, r * exp(-z * se), r * exp(z * se), 2 * pnorm(-abs(log(r) / se)))
  # R's quantile() takes another week than its printed median where a limit is not monotone, as with late entry
  if (attr(y, "type") == "right") for (k in list(list(arms[1], one), list(arms[2], two))) { q <- quantile(k[[2]], c(.25, .75))
    for (j in 1:2) add(data, c("quantile_25_weeks", "quantile_75_weeks")[j], k[[1]], subgroup, "", q$quantile[[j]], q$lower[[j]], q$upper[[j]]) }
}
read <- function(name) read.csv(paste0("tests/reference/data/", name, ".csv"))
d <- read("rossi"); y <- Surv(d$week, d$arrest)
g <- data.frame(gender = factor(ifelse(d$race == 1, "girl", "boy"), c("girl", "boy")), setting = cut(d$prio, c(-1, 1, 4, 99), c("ambulatory", "day", "residential")))
compare("rossi", "one - two", y, d$fin == 1, g); rate("rossi", c("one", "two"), d$week, d$arrest, ifelse(d$fin == 1, "one", "two"))
contrast("rossi", "one - two", "", y, d$fin == 1, 26, 52)
for (l in levels(g$gender)) { k <- g$gender == l; contrast("rossi", "one - two", paste0("gender=", l), y[k, ], d$fin[k] == 1, 26, 52) }
t <- survdiff(y ~ g$gender); add("rossi", "log_rank_chi2", "all", "gender", estimate = t$chisq, p = pchisq(t$chisq, 1, lower.tail = FALSE))
d <- read("veteran"); y <- Surv(d$month, d$event)
g <- data.frame(gender = factor(ifelse(d$prior == 1, "girl", "boy"), c("girl", "boy")), setting = cut(d$karno, c(0, 40, 60, 100), c("ambulatory", "day", "residential")))
compare("veteran", "one - two", y, d$trt == 1, g); rate("veteran", c("one", "two"), d$month, d$event, ifelse(d$trt == 1, "one", "two"))
contrast("veteran", "one - two", "", y, d$trt == 1, 6, 10)
d <- read("lung"); y <- Surv(d$entry, d$month, d$event)
g <- data.frame(gender = factor(ifelse(d$age > 60, "girl", "boy"), c("girl", "boy")), setting = cut(d$ecog, c(-1, 0, 1, 3), c("ambulatory", "day", "residential")))
compare("lung", "one - two", y, d$sex == 1, g, entry = TRUE)
contrast("lung", "one - two", "", y, d$sex == 1, 12, 20)
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival")), rows = rows), digits = I(17), auto_unbox = TRUE, na = "null"), "\n")
