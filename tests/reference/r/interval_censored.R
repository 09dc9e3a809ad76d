# Interval-censored events: survival::survfit(type = "interval2") for the curve, survdiff and coin::logrank_test for exact times.
# Rscript tests/reference/r/interval_censored.R > tests/reference/values/interval_censored.json
# bcos: Finkelstein & Wolfe (1985), Biometrics 41:933, table 4, as in the SAS sample library. The others: survival's data, seen at visits.
suppressMessages({library(survival); library(coin); library(jsonlite)})
put <- function(name, left, right, group) {
  d <- data.frame(left, right = ifelse(is.finite(right), right, NA), group)
  write.csv(d, file.path("tests/reference/data", paste0("interval_", name, ".csv")), row.names = FALSE, quote = FALSE, na = "")
  d
}
bcos <- read.csv("tests/reference/data/interval_bcos.csv")
visits <- function(time, event, gap, shift) { # seen every `gap` weeks, first at `shift`; exact when event is odd in order
  left <- pmax(0, floor((time - shift) / gap) * gap + shift); right <- left + gap
  hit <- time == left & left > 0; right[hit] <- left[hit]; left[hit] <- pmax(0, left[hit] - gap)
  list(left = ifelse(event == 1, left, time), right = ifelse(event == 1, right, Inf))
}
v <- visits(ceiling(veteran$time / 7), veteran$status, 4, seq_len(nrow(veteran)) %% 4)
known <- seq_len(nrow(veteran)) %% 3 == 0 & veteran$status == 1
v$right[known] <- ceiling(veteran$time / 7)[known]; v$left[known] <- v$right[known] - 1
u <- visits(ceiling(lung$time / 30.4375), lung$status - 1, 3, seq_len(nrow(lung)) %% 3)
sets <- list(bcos = bcos, veteran = put("veteran", v$left, v$right, veteran$trt - 1), lung = put("lung", u$left, u$right, lung$sex - 1))
curve <- function(d) {
  f <- survfit(Surv(ifelse(left > 0, left, NA), right, type = "interval2") ~ 1, data = d)
  list(time = f$time, surv = f$surv)
}
cases <- lapply(names(sets), function(n) list(data = n, curves = lapply(0:1, function(g) curve(sets[[n]][sets[[n]]$group == g, ])), all = curve(sets[[n]])))
exact <- lapply(c("ovarian", "veteran", "lung"), function(n) {
  d <- read.csv(sprintf("tests/reference/data/%s.csv", n)); d$g <- switch(n, ovarian = d$rx - 1, veteran = d$trt - 1, lung = d$sex - 1)
  s <- survdiff(Surv(time, event) ~ g, data = d)
  t <- lapply(c("mid-ranks", "Hothorn-Lausen", "average-scores"), function(m) logrank_test(Surv(time, event) ~ factor(g), data = d, ties.method = m))
  list(data = n, excess = s$obs - s$exp, permutation = sapply(t, function(x) statistic(x)^2))
})
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival"), "coin", packageVersion("coin")), cases = cases, exact = exact),
           digits = NA, auto_unbox = TRUE, na = "null"), "\n")
