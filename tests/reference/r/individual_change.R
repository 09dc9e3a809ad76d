# Indices of reliable change and cut-offs by direct formula; p.adjust; distance from a norm by stats::t.test with Welch's degrees of
# freedom; noncentral t by root finding on pt.
# Rscript tests/reference/r/individual_change.R > tests/reference/values/individual_change.json   (from the project's root)
library(jsonlite)
b <- read.csv("evaluation/contract/examples/data/beat_the_blues.csv"); ok <- !is.na(b$bdi.2m); x <- b$bdi.pre[ok]; y <- b$bdi.2m[ok]
r <- 0.86; m1 <- mean(x); m2 <- mean(y); s1 <- sd(x); s2 <- sd(y); sem <- s1 * sqrt(1 - r); n <- length(x)
true <- r * (x - m1) + m1; sp <- s1 * sqrt(1 - r^2)
r1 <- (s1^2 - sem^2) / s1^2; r2 <- (s2^2 - sem^2) / s2^2; r12 <- cor(x, y)
rdd <- (s1^2 * r1 + s2^2 * r2 - 2 * s1 * s2 * r12) / (s1^2 + s2^2 - 2 * s1 * s2 * r12)
indices <- list(
  edwards_nunnally = (y - true) / sem,
  gulliksen_lord_novick = ((y - m1) - r * (x - m1)) / sp,
  hsu_linn_lord = ((y - m2) - r * (x - m1)) / sp,
  nunnally_kotsch = (y - true) / sqrt(r^2 * s1^2 * (1 - r) + s1^2 * (1 - r)),
  hageman_arrindell = ((y - x) * rdd + (m2 - m1) * (1 - rdd)) / (sqrt(rdd) * sqrt(2 * sem^2)))
jt <- (y - x) / (sqrt(2) * sem); cut <- 14
class <- ifelse(jt < -1.96, ifelse(x >= cut & y < cut, "recovered", "improved"), ifelse(jt > 1.96, "deteriorated",
         ifelse(x < cut & y < cut, "never_clinical", "unchanged")))
class[jt < -1.96 & x < cut] <- "never_clinical"
norm <- function(mean, sd, n, M, S, N) {
  # a sample with exactly these moments
  z <- scale(seq_len(n)); w <- scale(seq_len(N)); t <- t.test(mean + sd * z, M + S * w)
  list(mean = mean, sd = sd, n = n, norm_mean = M, norm_sd = S, norm_n = N, estimate = (mean - M) / S, df = unname(t$parameter),
       limits = as.numeric(t$conf.int) / S)
}
p <- c(0.011, 0.04, 0.03, NA, 0.5, 0.004)
nct <- lapply(list(c(2.1, 10), c(-0.3, 5), c(8, 33), c(0, 12), c(-4.2, 149)), function(k) {
  at <- function(q) uniroot(function(d) suppressWarnings(pt(k[1], k[2], d)) - q, c(k[1] - 15, k[1] + 15), tol = 1e-13)$root
  list(t = k[1], df = k[2], limits = c(at(.975), at(.025)))
})
cat(toJSON(list(program = R.version.string, before = x, later = y, reliability = r, indices = indices, cutoff = cut, classes = class,
  norms = list(norm(12, 5, 25, 8.6, 5, 993), norm(31, 14.2, 11, 20, 11, 40)), p = p, holm = p.adjust(p, "holm"), nct = nct), digits = NA, auto_unbox = TRUE, na = "null"), "\n")
