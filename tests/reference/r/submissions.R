# Published data sets as a provider would hand them in (weeks from the start), and what R makes of them.
# Rscript tests/reference/r/submissions.R > tests/reference/values/submissions.json   (from the project's root)
suppressMessages({library(jsonlite); library(survival)})
data <- "tests/reference/data/"
week <- function(days) ceiling(days / 7)
v <- read.csv(paste0(data, "veteran.csv")); l <- read.csv(paste0(data, "lung.csv")); h <- read.csv(paste0(data, "heart.csv"))
sets <- list(
  veteran = data.frame(entry = 0, week = week(v$time), event = v$event, arm = ifelse(v$trt == 2, "test", "standard")),
  lung = data.frame(entry = 0, week = week(l$time), event = l$event, arm = ifelse(l$sex == 2, "women", "men")),
  late = local({d <- data.frame(entry = week(l$entry * 7), week = week(l$time) + 3, event = l$event, arm = ifelse(l$sex == 2, "women", "men"))
    d$entry <- pmin(d$entry, d$week - 1); d}))
z <- qnorm(.975); rows <- list()
add <- function(set, arm, measure, time, estimate, low = NA, high = NA, p = NA)
  rows[[length(rows) + 1]] <<- list(set = set, arm = arm, measure = measure, time = as.character(time), estimate = estimate, low = low, high = high, p = p)
for (set in names(sets)) {
  d <- sets[[set]]; horizons <- c(13, 26, 52)
  curves <- lapply(c("all", sort(unique(d$arm))), function(a) {
    x <- if (a == "all") d else d[d$arm == a, ]
    s <- if (any(d$entry > 0)) survfit(Surv(entry, week, event) ~ 1, data = x, conf.type = "log-log")
         else survfit(Surv(week, event) ~ 1, data = x, conf.type = "log-log")
    for (w in horizons) {
      r <- summary(s, times = w); add(set, a, "survival", w, r$surv, r$lower, r$upper)
      add(set, a, "at_risk", w, sum(x$week >= w & x$entry < w))
    }
    q <- quantile(s, c(.25, .5, .75))
    for (k in 1:3) add(set, a, c("quantile_25_weeks", "median_weeks", "quantile_75_weeks")[k], "", unname(q$quantile)[k], unname(q$lower)[k], unname(q$upper)[k])
    if (all(d$entry == 0)) { m <- summary(s, rmean = 52)$table
      add(set, a, "restricted_mean_weeks", 52, m[["rmean"]], m[["rmean"]] - z * m[["se(rmean)"]], m[["rmean"]] + z * m[["se(rmean)"]]) }
    s })
  if (all(d$entry == 0)) { t <- survdiff(Surv(week, event) ~ arm, data = d)
    add(set, paste(sort(unique(d$arm)), collapse = " - "), "log_rank_chi2", "", t$chisq, p = pchisq(t$chisq, 1, lower.tail = FALSE)) }
}
cat(toJSON(list(program = R.version.string, survival = as.character(packageVersion("survival")), sets = sets, rows = rows),
           digits = NA, auto_unbox = TRUE, na = "null", dataframe = "columns"), "\n")
