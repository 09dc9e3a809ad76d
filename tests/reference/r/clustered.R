# Errors by provider: clubSandwich (CR2, Satterthwaite), survey (beta interval), survival (influence and robust errors).
#   Rscript clustered.R > ../values/clustered.json
suppressMessages({library(clubSandwich); library(survey); library(survival); library(jsonlite)})
l <- lung[!is.na(lung$inst) & !is.na(lung$ph.ecog), ]; l$week <- ceiling(l$time / 7); l$event <- as.integer(l$status == 2); l$male <- as.integer(l$sex == 1)
share <- local({ l$died <- as.integer(l$event == 1 & l$week <= 52); m <- lm(died ~ 1, l); v <- vcovCR(m, cluster = l$inst, type = "CR2"); t <- coef_test(m, vcov = v, test = "Satterthwaite")
  des <- svydesign(ids = ~inst, data = l, weights = ~1); s <- svyciprop(~died, des, method = "beta")
  tab <- table(l$inst, l$died); list(events = as.integer(tab[, "1"]), n = as.integer(rowSums(tab)), estimate = unname(coef(m)), std_error = t$SE, df = t$df,
    survey_error = unname(SE(s)), survey_df = degf(des), survey_limits = unname(as.numeric(confint(s)))) })
schools <- local({ data(api); x <- apiclus1; x$yes <- as.integer(x$api00 > 650); des <- svydesign(ids = ~dnum, data = x, weights = ~1); s <- svyciprop(~yes, des, method = "beta")
  tab <- table(x$dnum, x$yes); n <- nrow(x); p <- mean(x$yes); list(events = as.integer(tab[, "1"]), n = as.integer(rowSums(tab)), survey_df = degf(des), effect = unname(SE(s))^2 / (p * (1 - p) / n), limits = unname(as.numeric(confint(s)))) })
curve <- local({ f <- survfit(Surv(week, event) ~ 1, l, influence = TRUE, conf.type = "log-log"); out <- list()
  for (w in c(26, 52, 78)) { k <- max(which(f$time <= w)); phi <- f$influence.surv[, k] * nrow(l) / f$surv[k]; m <- lm(phi ~ 1, data.frame(phi = phi)); v <- vcovCR(m, cluster = l$inst, type = "CR2")
    t <- coef_test(m, vcov = v, test = "Satterthwaite"); out[[length(out) + 1]] <- list(week = w, surv = f$surv[k], greenwood = f$std.err[k], log_error = t$SE, df = t$df,
      plain = sqrt(sum(tapply(phi / nrow(l), l$inst, sum)^2))) }
  r <- survfit(Surv(week, event) ~ 1, l, cluster = inst); list(weeks = out, robust = summary(r, times = c(26, 52, 78))$std.err / summary(r, times = c(26, 52, 78))$surv) })
cox <- local({ m <- coxph(Surv(week, event) ~ male + ph.ecog, l, cluster = inst); list(estimate = unname(coef(m)[1]), robust = unname(sqrt(m$var[1, 1])), clusters = length(unique(l$inst))) })
cat(toJSON(list(people = l[, c("inst", "week", "event", "male", "ph.ecog")], share = share, schools = schools, curve = curve, cox = cox), digits = NA, auto_unbox = TRUE, dataframe = "columns"))
