# Single-case statistics by base R: wilcox.test (coin when scores are tied and there are 16 or fewer), cor.test, medians of slopes, acf, all possible starts written out; lme4 with
# Kenward-Roger for the piecewise model. Series: published ones, and a made-up study of six clients written beside the values.
# Rscript tests/reference/r/single_case.R   (from the project root)
suppressMessages({library(jsonlite); library(lme4); library(lmerTest); library(coin)})
series <- list(
  parker_vannest_davis_2011 = list(a = c(20, 20, 26, 25, 22, 23), b = c(28, 25, 24, 27, 30, 30, 29)),
  parker_2011 = list(a = c(3, 3, 4, 5), b = c(4, 5, 6, 7, 7)),
  parker_vannest_2009 = list(a = c(4, 3, 4, 3, 4, 7, 5, 2, 3, 2), b = c(5, 9, 7, 9, 7, 5, 9, 11, 11, 10, 9)),
  tarlow_2017 = list(a = c(33, 25, 17, 25, 14, 13, 15), b = c(15, 16, 16, 5, 7, 9, 6, 5, 3, 3, 8, 11, 7)),
  short = list(a = c(5, 6, 5, 7), b = c(7, 8, 9, 7, 9, 8, 6)),
  untied = list(a = c(4.1, 5.2, 3.3, 6.4, 5.9), b = c(6.1, 7.7, 8.2, 5.5, 9.3, 8.8, 7.1)))
S <- function(x, y) sum(sapply(y, function(v) sign(v - x)))
one <- function(s) {
  a <- s$a; b <- s$b; m <- length(a); n <- length(b); y <- c(a, b); phase <- rep(0:1, c(m, n)); time <- seq_along(y)
  tied <- anyDuplicated(y) > 0; atied <- anyDuplicated(a) > 0
  w <- suppressWarnings(wilcox.test(b, a, exact = !tied, correct = TRUE))
  compare <- function(y) if (anyDuplicated(y) && m + n <= 16)
    as.numeric(pvalue(coin::wilcox_test(y ~ factor(phase), data = data.frame(y, phase), distribution = "exact"))) else
    suppressWarnings(wilcox.test(y[phase == 1], y[phase == 0], exact = !anyDuplicated(y), correct = TRUE))$p.value
  trend <- suppressWarnings(if (atied) cor.test(a, seq_along(a), method = "kendall", exact = FALSE, continuity = TRUE)
                            else cor.test(a, seq_along(a), method = "kendall", exact = TRUE))
  sa <- sum(sapply(seq_len(m), function(j) sum(sign(a[j] - a[seq_len(j - 1)]))))
  pairs <- combn(m, 2); slope <- median((a[pairs[2, ]] - a[pairs[1, ]]) / (pairs[2, ] - pairs[1, ]))
  corrected <- trend$p.value <= 0.05
  level <- if (corrected) y - slope * time else y
  level <- round(level, 9)
  e <- y - ave(y, phase)
  starts <- 3:(m + n - 3)
  effects <- sapply(starts, function(k) mean(y[-seq_len(k)]) - mean(y[seq_len(k)]))
  seen <- mean(b) - mean(a)
  lrr <- function(x) log(mean(x)) + var(x) / (2 * length(x) * mean(x)^2)
  list(a = a, b = b, nap = unname(w$statistic) / (m * n), tau = S(a, b) / (m * n), p = compare(y), tau_u = (S(a, b) - sa) / (m * n),
       trend_s = sa, trend_p = trend$p.value, slope = slope, corrected = corrected, tau_b = cor(y, phase, method = "kendall"),
       tau_corrected = cor(level, phase, method = "kendall"), p_corrected = compare(level),
       autocorrelation = sum((e[-1] * e[-length(e)])[phase[-1] == phase[-length(phase)]]) / sum(e^2),
       acf_baseline = acf(a, plot = FALSE)$acf[2], phase_difference = seen, p_starts = mean(abs(effects) >= abs(seen) - 1e-9),
       starts = effects, log_ratio = lrr(b) - lrr(a), log_ratio_se = sqrt(var(a) / (m * mean(a)^2) + var(b) / (n * mean(b)^2)))
}
study <- do.call(rbind, lapply(1:6, function(i) { week <- (-3 - i %% 3):(9 + i %% 4)
  noise <- c(1, -2, 0, 2, -1, 1, 0, -1, 2, -2, 1, 0, -1, 1, 2, 0, -2, 1)[(seq_along(week) + i) %% 18 + 1]
  data.frame(client = i, week = week, score = 30 + i - 0.2 * week - (4 + i %% 3 * 2) * (week >= 1) + noise) }))
study <- study[!(study$client == 3 & study$week %in% c(2, 5)), ]
write.csv(study, "tests/reference/data/single_case_study.csv", row.names = FALSE)
study$phase <- as.numeric(study$week >= 1); study$t <- study$week - 1; study$better <- -study$score
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e6), calc.derivs = FALSE)
piecewise <- lmer(better ~ t + phase + phase:t + (phase | client), study, control = tight)
plain <- lmer(better ~ t + phase + phase:t + (1 | client), study, control = tight)
say <- function(fit) { k <- lapply(3:4, function(j) contest1D(fit, diag(4)[j, ], ddf = "Kenward-Roger"))
  list(singular = isSingular(fit), level = unlist(k[[1]]), slope = unlist(k[[2]])) }
clients <- lapply(split(study, study$client), function(d) one(list(a = d$better[d$phase == 0], b = d$better[d$phase == 1])))
# the randomisation test of two clients together, every combination of starts
two <- outer(clients[[1]]$starts, clients[[2]]$starts, `+`)
observed <- clients[[1]]$phase_difference + clients[[2]]$phase_difference
write(toJSON(list(program = R.version.string, packages = list(lme4 = as.character(packageVersion("lme4")), lmerTest = as.character(packageVersion("lmerTest")),
    coin = as.character(packageVersion("coin"))),
  series = lapply(series, one), clients = clients, piecewise = say(piecewise), intercept = say(plain),
  two = list(estimate = observed / 2, p = mean(abs(two) >= abs(observed) - 1e-9))), digits = NA, auto_unbox = TRUE),
  "tests/reference/values/single_case.json")
