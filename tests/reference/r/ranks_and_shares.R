# Welch, Mann-Whitney, Hodges-Lehmann, Friedman, Cochran's Q, mid-p McNemar, Jeffreys, Miettinen-Nurminen, g with exact limits, Morris' variance:
# stats, coin, effectsize, metafor; Miettinen-Nurminen by numerical maximum likelihood, Cliff's delta from the whole dominance matrix.
# Rscript tests/reference/r/ranks_and_shares.R > tests/reference/values/ranks_and_shares.json   (from the project's root)
suppressMessages({library(jsonlite); library(coin); library(effectsize); library(metafor)})
data <- "evaluation/contract/examples/data/"
a <- read.csv(paste0(data, "anorexia.csv")); f <- read.csv(paste0(data, "fireworks.csv")); b <- read.csv(paste0(data, "beat_the_blues.csv"))
change <- function(pre, post) { d <- round(post - pre, 9); d[!is.na(d)] }
cliff <- function(x, y) {
  s <- sign(outer(x, y, "-")); n <- length(x); m <- length(y); d <- mean(s)
  v <- (m^2 * sum((rowMeans(s) - d)^2) + n^2 * sum((colMeans(s) - d)^2) - sum((s - d)^2)) / (n * m * (n - 1) * (m - 1))
  v <- max(v, (1 - d^2) / (n * m - 1)); z <- qt(.975, n + m - 2); h <- z * sqrt(v) * sqrt((1 - d^2)^2 + z^2 * v)
  list(estimate = d, variance = v, limits = (d - d^3 + c(-h, h)) / (1 - d^2 + z^2 * v))
}
two <- list()
compare <- function(name, x, y) {
  w <- t.test(x, y); g <- factor(rep(c("x", "y"), c(length(x), length(y)))); v <- c(x, y)
  exact <- length(v) <= 100
  p <- pvalue(wilcox_test(v ~ g, distribution = if (exact) "exact" else "asymptotic"))
  u <- unname(suppressWarnings(wilcox.test(x, y)$statistic))
  tied <- anyDuplicated(v) > 0 || anyDuplicated(outer(x, y, "-")) > 0
  hl <- if (exact && !tied) { h <- wilcox.test(x, y, conf.int = TRUE, exact = TRUE); list(estimate = unname(h$estimate), limits = as.numeric(h$conf.int)) }
        else list(estimate = median(outer(x, y, "-")))
  two[[length(two) + 1]] <<- list(name = name, first = x, second = y, welch = list(estimate = unname(w$estimate[1] - w$estimate[2]), error = w$stderr,
    df = unname(w$parameter), limits = as.numeric(w$conf.int), p = w$p.value), u = u, mann_whitney_p = as.numeric(p), shift = hl, cliff = cliff(x, y))
}
compare("anorexia FT Cont", change(a$Prewt[a$Treat == "FT"], a$Postwt[a$Treat == "FT"]), change(a$Prewt[a$Treat == "Cont"], a$Postwt[a$Treat == "Cont"]))
E1 <- f$trt == "E"; compare("fireworks crops", change(f$crop1[E1], f$crop2[E1]), change(f$crop1[!E1], f$crop2[!E1]))
B1 <- b$treatment == "BtheB"; compare("beat the blues 2m", change(b$bdi.pre[B1], b$bdi.2m[B1]), change(b$bdi.pre[!B1], b$bdi.2m[!B1]))
compare("eleven and nine, no ties", c(3.1, 5.7, -2.4, 8.9, 1.3, 4.05, 7.7, -0.6, 2.2, 6.15, 9.3), c(0.45, -3.8, 1.9, -5.1, 2.75, 3.65, -1.15, 4.9, -2.05))
compare("forty-eight each, no ties", qnorm(ppoints(48)) + sin(1:48) / 9, 0.4 + 1.7 * qnorm(ppoints(48)) + cos(1:48) / 7)
compare("sixty and fifty-five", round(qnorm(ppoints(60)) + sin(1:60), 1), round(.5 + qnorm(ppoints(55)) + cos(1:55), 1))
compare("arms of four and six, all tied", c(1, 2, 2, 3), c(2, 3, 3, 3, 4, 4))

one <- lapply(list(c(-6.3, -3.1, -9.8, 2.4, -15.2, -7.7, -1.05, -11.6, 1.9, -12.45, -10.85), sort(qnorm(ppoints(30)) + sin(1:30) / 5 + .3),
                   c(-4.1, 2.2, 7.9, 3.3, 1.15, 5.05)), function(d) {
  h <- wilcox.test(d, conf.int = TRUE, exact = TRUE); list(change = d, estimate = unname(h$estimate), limits = as.numeric(h$conf.int))
})
wide <- function(m) m[stats::complete.cases(m), ]
friedman <- lapply(list(wide(as.matrix(f[c("crop1", "crop2", "crop3")])), wide(as.matrix(b[c("bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m")]))), function(m) {
  t <- friedman.test(unname(m)); q <- friedman.test(unname(1 * (m > median(m))))
  list(scores = unname(m), statistic = unname(t$statistic), df = unname(t$parameter), p = t$p.value, above = median(m), q = unname(q$statistic), q_p = q$p.value)
})
paired <- lapply(list(matrix(c(1, 7, 1, 12), 2), matrix(c(59, 16, 6, 80), 2), matrix(c(7, 2, 25, 68), 2), matrix(c(9, 4, 4, 3), 2), matrix(c(5, 0, 3, 5), 2)), function(m) {
  k <- m[1, 2]; n <- m[1, 2] + m[2, 1]
  exact <- binom.test(k, n)$p.value
  list(table = m, exact = exact, mid_p = if (2 * k == n) 1 - dbinom(k, n, .5) / 2 else exact - dbinom(k, n, .5))
})
# the most likely shares with a given difference, by maximising the likelihood of the second share numerically
mn <- function(x, n, y, m) {
  f <- function(d) {
    lo <- max(0, -d); hi <- min(1, 1 - d)
    ll <- function(p) { xlogy <- function(u, v) ifelse(u == 0, 0, u * log(v)); -(xlogy(x, p + d) + xlogy(n - x, 1 - p - d) + xlogy(y, p) + xlogy(m - y, 1 - p)) }
    p <- optimize(ll, c(lo, hi), tol = 1e-12)$minimum; q <- p + d
    (x / n - y / m - d)^2 - qchisq(.95, 1) * (q * (1 - q) / n + p * (1 - p) / m) * (n + m) / (n + m - 1)
  }
  d <- x / n - y / m; e <- 1e-9
  low <- if (d <= -1 + e || f(-1 + e) <= 0) -1 else uniroot(f, c(-1 + e, d - 1e-6 * (d > -1)), tol = 1e-12)$root
  high <- if (d >= 1 - e || f(1 - e) <= 0) 1 else uniroot(f, c(d + 1e-6, 1 - e), tol = 1e-12)$root
  c(low, high)
}
differences <- lapply(list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20), c(10, 10, 0, 20), c(4, 11, 9, 11), c(0, 16, 15, 72)), function(k) {
  t <- suppressWarnings(chisq.test(matrix(c(k[1], k[2] - k[1], k[3], k[4] - k[3]), 2), correct = FALSE)); N <- k[2] + k[4]
  list(counts = k, limits = mn(k[1], k[2], k[3], k[4]), p = if (is.nan(t$statistic)) 1 else unname(pchisq(t$statistic * (N - 1) / N, 1, lower.tail = FALSE)))
})
jeffreys <- lapply(list(c(3, 11), c(17, 34), c(75, 150)), function(k) list(count = k[1], n = k[2], limits = qbeta(c(.025, .975), k[1] + .5, k[2] - k[1] + .5)))
hedges <- lapply(two[1:4], function(k) {
  # effectsize's default interval is the noncentral t one, both estimate and limits times J
  h <- hedges_g(k$first, k$second, pooled_sd = TRUE); list(estimate = h$Hedges_g, limits = c(h$CI_low, h$CI_high))
})
morris <- function(d, r, n, m) {
  k <- n + m - 2; J <- exp(lgamma(k / 2) - log(sqrt(k / 2)) - lgamma((k - 1) / 2)); t <- 1 / n + 1 / m
  2 * J^2 * (1 - r) * t * k / (k - 2) * (1 + d^2 / (2 * (1 - r) * t)) - d^2
}
cat(toJSON(list(program = R.version.string, coin = as.character(packageVersion("coin")), effectsize = as.character(packageVersion("effectsize")),
  two = two, one = one, friedman = friedman, paired = paired, differences = differences, jeffreys = jeffreys, hedges = hedges,
  morris = list(list(d = 0.4416, r = 0.44, n = 14, m = 14, variance = morris(0.4416, 0.44, 14, 14)))), digits = NA, auto_unbox = TRUE, na = "null"), "\n")
