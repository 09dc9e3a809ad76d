# Joint tests by cluster (clubSandwich's HTZ) and contrasts of events between arms by provider (survival's influences, CR2 of clubSandwich).
#   Rscript clustered_tests.R > ../values/clustered_tests.json
suppressMessages({library(clubSandwich); library(survival); library(jsonlite)})
l <- lung[complete.cases(lung[, c("inst", "ph.ecog", "wt.loss")]), ]; l$week <- ceiling(l$time / 7); l$event <- as.integer(l$status == 2); l$male <- as.integer(l$sex == 1)
l$age3 <- cut(l$age, c(0, 58, 68, 99), labels = FALSE)
joint <- function(d, cl) { m <- lm(wt.loss ~ male * factor(age3) + ph.ecog, d); i <- grep(":", names(coef(m))); t <- Wald_test(m, constrain_zero(i, coef(m)), vcov = vcovCR(m, cluster = cl, type = "CR2"), test = "HTZ")
  list(F = t$Fstat, df = t$df_num, residual = t$df_denom, p = t$p_val) }
three <- (l$inst %% 3); seven <- (l$inst %% 7); everyone <- list(inst = joint(l, l$inst), seven = joint(l, seven), three = tryCatch(joint(l, three), error = function(e) NULL))
change <- local({ m <- lm(wt.loss ~ factor(age3), l); t <- Wald_test(m, constrain_zero(2:3, coef(m)), vcov = vcovCR(m, cluster = l$inst, type = "CR2"), test = "HTZ"); list(F = t$Fstat, df = t$df_num, residual = t$df_denom, p = t$p_val) })
# the influence of every person on an answer of each arm, as a pseudo-value: theta + n phi; then a linear model of the pseudo-values on arm
by_provider <- function(pseudo, arm, cl) { m <- lm(pseudo ~ arm); t <- coef_test(m, vcov = vcovCR(m, cluster = cl, type = "CR2"), test = "Satterthwaite"); list(estimate = t$beta[2], std_error = t$SE[2], df = t$df[2], p = t$p_Satt[2]) }
pseudo_of <- function(f) { out <- numeric(nrow(l)); for (a in 0:1) { d <- l[l$male == a, ]; out[l$male == a] <- f(d) }; out }
curve <- function(w) function(d) { f <- survfit(Surv(week, event) ~ 1, d, influence = TRUE); k <- max(which(f$time <= w)); f$surv[k] + nrow(d) * f$influence.surv[, k] }
mean_until <- function(tau) function(d) { f <- survfit(Surv(week, event) ~ 1, d, influence = TRUE); use <- f$time < tau; len <- diff(c(f$time[use], tau)); start <- f$time[use][1]
  start + sum(len * f$surv[use]) + nrow(d) * as.vector(f$influence.surv[, use, drop = FALSE] %*% len) }
# Aalen-Johansen: every third death is of a second cause; influence by R's own infinitesimal jackknife
l$cause <- ifelse(l$event == 0, 0, ifelse(seq_len(nrow(l)) %% 3 == 0, 2, 1))
incidence <- function(w) function(d) { d$state <- factor(d$cause, 0:2, c("none", "one", "two")); d$who <- seq_len(nrow(d)); f <- survfit(Surv(week, state) ~ 1, d, id = who, influence = TRUE)
  k <- max(which(f$time <= w)); i <- which(f$states == "one"); f$pstate[k, i] + nrow(d) * f$influence.pstate[, k + 1, i] }  # its first slice is the start
rate <- function(d) { e <- sum(d$event); y <- sum(d$week); log(e / y) + nrow(d) * (d$event / e - d$week / y) }
contrasts <- list(
  survival_26 = by_provider(pseudo_of(curve(26)), l$male, l$inst), survival_52 = by_provider(pseudo_of(curve(52)), l$male, l$inst), mean_52 = by_provider(pseudo_of(mean_until(52)), l$male, l$inst),
  mean_104 = by_provider(pseudo_of(mean_until(104)), l$male, l$inst), incidence_52 = by_provider(pseudo_of(incidence(52)), l$male, l$inst), log_rate = by_provider(pseudo_of(rate), l$male, l$inst),
  nested_mean_52 = by_provider(pseudo_of(mean_until(52)), l$male, ifelse(l$male == 1, l$inst %% 5, 10 + l$inst %% 4)))
arms <- local({ d <- l; list(
  plain_survival = sapply(0:1, function(a) { f <- survfit(Surv(week, event) ~ 1, l[l$male == a, ], cluster = inst); summary(f, times = 52)$std.err })) })
# everyone together: a mean of pseudo-values
mean_of <- function(pseudo) { m <- lm(pseudo ~ 1); t <- coef_test(m, vcov = vcovCR(m, cluster = l$inst, type = "CR2"), test = "Satterthwaite"); list(estimate = t$beta, std_error = t$SE, df = t$df) }
everybody <- list(mean_52 = mean_of(mean_until(52)(l)), incidence_52 = mean_of(incidence(52)(l)), log_rate = mean_of(rate(l)))
# the score test of the arm: survival's robust score test, and its parts by provider
score <- local({ m <- coxph(Surv(week, event) ~ male, l, init = 0, iter = 0, ties = "breslow"); r <- residuals(m, "score"); u <- tapply(r, l$inst, sum)
  full <- coxph(Surv(week, event) ~ male, l, cluster = inst, ties = "breslow"); list(robust = unname(summary(full)$robscore["test"]), parts = as.numeric(u), events = survdiff(Surv(week, event) ~ male, l)$obs, expected = survdiff(Surv(week, event) ~ male, l)$exp) })
# Cox: influences by provider and arm, those of each arm divided by the root of 1 less the part of the arm's people that the provider has
cox <- function(cl) { m <- coxph(Surv(week, event) ~ male + ph.ecog, l); b <- residuals(m, "dfbeta")[, 1]; u <- tapply(b, list(cl, l$male), sum); u[is.na(u)] <- 0
  e <- tapply(l$event, list(cl, l$male), length); e[is.na(e)] <- 0; s <- sweep(e, 2, colSums(e), "/"); list(estimate = unname(coef(m)[1]), std_error = sqrt(sum(rowSums(u / sqrt(1 - s))^2))) }
# g between two arms: pseudo-values of d = (m1 - m2) / s with the pooled spread
g <- local({ y <- l$wt.loss; a <- l$male; n <- table(a); v <- tapply(y, a, var); s <- sqrt(sum((n - 1) * v) / (sum(n) - 2)); mu <- tapply(y, a, mean); d <- unname(mu["1"] - mu["0"]) / s; N <- sum(n); J <- exp(lgamma((N - 2) / 2) - log(sqrt((N - 2) / 2)) - lgamma((N - 3) / 2))
  own <- ifelse(a == 1, 1, -1) * (y - mu[as.character(a)]) / s; spread <- -d / (2 * s^2) * n[as.character(a)] * ((y - mu[as.character(a)])^2 / (N - 2) - s^2 / N)
  p <- as.numeric(J * (own + spread)); m <- lm(p ~ factor(a) - 1); t <- coef_test(m, vcov = vcovCR(m, cluster = l$inst, type = "CR2"), test = "Satterthwaite")
  w <- linear_contrast(m, vcov = vcovCR(m, cluster = l$inst, type = "CR2"), contrasts = matrix(c(1, 1), 1)); list(g = d * J, std_error = w$SE, df = w$df) })
cat(toJSON(list(people = l[, c("inst", "week", "event", "male", "ph.ecog", "age3", "wt.loss", "cause")], joint = everyone, change = change, contrasts = contrasts, everybody = everybody, arms = arms, score = score,
  cox = cox(l$inst), cox_nested = cox(ifelse(l$male == 1, l$inst %% 5, 10 + l$inst %% 4)), g = g), digits = NA, auto_unbox = TRUE, dataframe = "columns"))
