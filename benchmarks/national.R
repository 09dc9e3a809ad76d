# The nation of national.py in R: data.table, survival, cmprsk, lme4. Usage: Rscript national.R FOLDER OUT.json
suppressMessages({library(data.table); library(survival); library(cmprsk); library(lme4)})
setDTthreads(1)
arguments <- commandArgs(TRUE)
found <- list(); seconds <- list()
task <- function(name, code) {
  spent <- system.time(answer <- code)
  # of the system too: ours are
  seconds[[name]] <<- unname(sum(spent[c("user.self", "sys.self", "user.child", "sys.child")]))
  found[[name]] <<- answer
}
task("read", {
  people <- fread(file.path(arguments[1], "treatments.csv"))
  scores <- fread(file.path(arguments[1], "measurements.csv"))
  events <- fread(file.path(arguments[1], "events.csv"))
  c(nrow(people), nrow(scores), nrow(events))
})
# What evaluation validate asks of these columns, in data.table: lists, ranges, keys, links, order and slips; the search for names, the types of
# single cells and what files can have wrong with them have no part here. Numbers of errors, of rows that are copies, and how well people hide.
task("rules", {
  broken <- function(found) sum(found, na.rm = TRUE)
  listed <- function(column, ...) broken(!is.na(column) & !column %in% c(...))
  whole <- function(column, low, high) broken(column != as.integer(column) | column < low | column > high)
  errors <- anyDuplicated(people, by = "client") > 0
  errors <- errors + anyDuplicated(scores, by = c("client", "instrument", "informant", "moment", "week"))
  errors <- errors + anyDuplicated(events, by = names(events)) + broken(!nzchar(people$client))
  errors <- errors + broken(!grepl("^[A-Za-z0-9][A-Za-z0-9_-]*$", people$client))
  errors <- errors + listed(people$gender, "girl", "boy", "other", "unknown") + listed(people$setting, "outpatient", "open", "secure", "home", "unknown")
  errors <- errors + listed(people$age_group, "under_12", "12_13", "14_15", "16_17", "18_20", "21_23", "24_or_older", "unknown")
  errors <- errors + listed(people$ending, "completed", "stopped_by_client", "stopped_by_provider", "by_agreement", "external", "ongoing", "unknown")
  errors <- errors + broken(!grepl("^20[0-9]{2}-[12]$", people$start_period))
  errors <- errors + listed(scores$moment, "baseline", "interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m", "repeated")
  errors <- errors + listed(events$certainty, "actual", "presumed", "none", "unknown") + listed(events$source, "police", "self_report", "professional", "parent", "unknown")
  errors <- errors + whole(people$treatment_weeks, 0, 520) + whole(people$follow_up_weeks, 0, 1040) + whole(people$sessions_planned, 0, 999)
  errors <- errors + whole(people$sessions_attended, 0, 999) + whole(scores$week, -52, 1040) + whole(events$week_from, 0, 1040) + whole(events$week_to, 0, 1040)
  errors <- errors + broken(!scores$client %in% people$client) + broken(!events$client %in% people$client)
  top <- c("cries-13" = 65, "sdq" = 40)[scores$instrument]
  errors <- errors + broken(is.na(top)) + broken(scores$score < 0 | scores$score > top) + listed(scores$informant, "self", "parent")
  errors <- errors + anyDuplicated(scores[moment != "repeated"], by = c("client", "instrument", "informant", "moment"))
  place <- match(scores$moment, c("baseline", "end", "follow_up_6m", "follow_up_12m"))
  ordered <- scores[order(client, instrument, informant, place), .(client, instrument, informant, moment, week, score)]
  same <- ordered[, c(FALSE, client[-1] == client[-.N] & instrument[-1] == instrument[-.N] & informant[-1] == informant[-.N])]
  errors <- errors + broken(same & ordered$week <= shift(ordered$week))
  span <- c("cries-13" = 65, "sdq" = 40)[ordered$instrument]
  slips <- broken(same & ordered$week - shift(ordered$week) <= 1 & abs(ordered$score - shift(ordered$score)) > span / 2)
  slips <- slips + broken(scores$moment == "baseline" & scores$week > 4) + broken(people$sessions_attended > people$sessions_planned)
  duration <- people[scores, on = "client", treatment_weeks]
  meant <- c(end = 0, follow_up_6m = 26, follow_up_12m = 52)[scores$moment]
  slips <- slips + broken(abs(scores$week - duration - meant) > 20)
  slips <- slips + sum(scores[!is.na(score), .(max(score) == min(score) | mean(score %% 5 == 0) > 0.6), by = instrument]$V1)
  slips <- slips + sum(scores[, .(.N >= 10 & mean(is.na(score)) > 0.2), by = .(instrument, moment)]$V1)
  started <- unique(scores[moment == "baseline" & !is.na(score), .(client, instrument, informant)])
  reached <- scores[started, on = .(client, instrument, informant)][moment != "baseline", .N, by = .(instrument, moment)]
  slips <- slips + sum(reached$N / nrow(started[instrument %in% reached$instrument[1]]) < 0.7) + (uniqueN(started$client) / nrow(people) < 0.7)
  slips <- slips + sum(sapply(people[, .(age_group, gender, setting, ending)], function(column) mean(is.na(column) | column == "unknown") > 0.5))
  errors <- errors + broken(events$week_to < events$week_from) + broken(events$week_to > people[events, on = "client", follow_up_weeks])
  slips <- slips + broken(events$week_from < 1) + anyDuplicated(events, by = c("client", "event", "week_from", "week_to"))
  errors <- errors + broken(people$ending != "ongoing" & is.na(people$treatment_weeks)) + broken(!is.na(people$follow_up_weeks) & !nzchar(people$follow_up_end))
  slips <- slips + broken(people$follow_up_weeks < people$treatment_weeks)
  answers <- ordered[!is.na(score), .(n = .N, all = paste(instrument, informant, moment, score, collapse = " "), flat = max(score) == min(score)), by = client]
  answers <- answers[n >= 6]
  copied <- sum(answers[!flat & (duplicated(all) | duplicated(all, fromLast = TRUE)), n])
  facts <- setdiff(names(people), "client")
  twice <- sum(duplicated(people, by = facts) | duplicated(people, by = facts, fromLast = TRUE))
  groups <- people[, .N, by = .(start_period, age_group, gender, setting)]
  c(errors, copied, twice, min(groups$N), nrow(groups))
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
