# The nation of national.py in R: data.table, survival, cmprsk, lme4. Usage: Rscript national.R FOLDER OUT.json
suppressMessages({library(data.table); library(survival); library(cmprsk); library(lme4)})
setDTthreads(1)
arguments <- commandArgs(TRUE)
found <- list(); seconds <- list()
task <- function(name, code) {
  spent <- system.time(answer <- code)
  seconds[[name]] <<- unname(spent["user.self"] + spent["user.child"])
  found[[name]] <<- answer
}
task("read", {
  people <- fread(file.path(arguments[1], "treatments.csv"))
  scores <- fread(file.path(arguments[1], "measurements.csv"))
  events <- fread(file.path(arguments[1], "events.csv"))
  c(nrow(people), nrow(scores), nrow(events))
})
task("first events", {
  first <- events[event == "sexual_exploitation" & certainty %in% c("actual", "presumed"), .(first = min(week_to)), by = client]
  people <- merge(people, first, by = "client", all.x = TRUE)
  people[, happened := !is.na(first)]
  people[, week := ifelse(happened, first, follow_up_weeks)]
  people[, cause := ifelse(happened, 1L, match(follow_up_end, c("", "died", "moved_abroad"), nomatch = 1L) )]
  people[happened == FALSE & cause == 1L, cause := 0L]
  sum(people$happened)
})
at <- c(26, 52, 104)
task("curves", {
  fit <- survfit(Surv(week, happened) ~ arm, people, conf.type = "log-log")
  read <- summary(fit, times = at)
  table <- summary(fit, rmean = 104)$table
  c(read$surv, read$lower, read$upper, table[, "rmean"], table[, "se(rmean)"])
})
task("log-rank", survdiff(Surv(week, happened) ~ arm, people)$chisq)
task("incidence", {
  fit <- cuminc(people$week, people$cause, people$arm)
  read <- timepoints(fit, at)
  c(t(read$est[1:2, ]), fit$Tests[1, "stat"])
})
task("Cox", {
  fit <- coxph(Surv(week, happened) ~ I(arm == "new") + I(setting == "outpatient") + I(gender == "girl"), people, ties = "efron")
  c(coef(fit), sqrt(diag(vcov(fit))))
})
task("change", {
  wide <- dcast(scores[instrument == "cries-13"], client ~ moment, value.var = "score")
  wide <- merge(wide, people[, .(client, arm, setting, gender)], by = "client")
  both <- wide[!is.na(baseline) & !is.na(end)]
  unlist(both[, .(mean(end - baseline), sd(baseline), sd(end), cor(baseline, end)), keyby = arm][, -1])
})
task("ANCOVA", {
  fit <- lm(end ~ I(arm == "new") + baseline + I(setting == "outpatient") + I(gender == "girl"), both)
  c(coef(fit), sqrt(diag(vcov(fit))))
})
task("mixed model", {
  long <- merge(scores[instrument == "cries-13"], people[, .(client, arm)], by = "client")
  long[, moment := factor(moment, c("baseline", "end", "follow_up_6m", "follow_up_12m"))]
  fit <- lmer(score ~ 0 + moment:arm + (1 | client), long, REML = TRUE, control = lmerControl(calc.derivs = FALSE))
  c(fixef(fit), sqrt(diag(as.matrix(vcov(fit)))), sigma(fit)^2, VarCorr(fit)$client[1])
})
peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1e6
number <- function(x) paste0("[", paste(sprintf("%.17g", as.numeric(x)), collapse = ", "), "]")
entries <- sapply(names(found), function(name) sprintf('  "%s": {"seconds": %.3f, "found": %s}', name, seconds[[name]], number(found[[name]])))
writeLines(c("{", paste(c(entries, sprintf('  "peak_gb": %.3f', peak)), collapse = ",\n"), "}"), arguments[2])
