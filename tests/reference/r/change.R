# Change within and between groups: metafor::escalc, coin, stats, sandwich, clubSandwich, boot; d_ppc2 and categories by direct formula.
# Rscript tests/reference/r/change.R > tests/reference/values/change.json   (from the project's root)
suppressMessages({library(jsonlite); library(metafor); library(coin); library(sandwich); library(clubSandwich); library(boot); library(MASS)})
data <- "evaluation/contract/examples/data/"
a <- read.csv(paste0(data, "anorexia.csv")); f <- read.csv(paste0(data, "fireworks.csv")); b <- read.csv(paste0(data, "beat_the_blues.csv"))
keep <- function(pre, post) { ok <- !is.na(pre) & !is.na(post); list(pre = pre[ok], post = post[ok]) }
noncentral <- function(t, df) {
  at <- function(p) uniroot(function(d) suppressWarnings(pt(t, df, d)) - p, c(t - 12, t + 12), tol = 1e-13)$root
  c(at(.975), at(.025))
}
pairs <- list()
add <- function(name, d) {
  x <- d$pre; y <- d$post; n <- length(x); r <- cor(x, y); ch <- round(y - x, 9)  # without rounding R sees 0.3 - 0.1 and 0.4 - 0.2 as different, and misses ties
  es <- function(m) { e <- escalc(m, m1i = mean(y), m2i = mean(x), sd1i = if (m == "SMCR" || m == "SMCRH") sd(x) else sd(y),
                                  sd2i = if (m == "SMCR" || m == "SMCRH") sd(y) else sd(x), ni = n, ri = r)
    list(yi = as.numeric(e$yi), vi = e$vi) }
  z <- mean(ch) / sd(ch)
  exact <- function(method) {
    t <- wilcoxsign_test(ch ~ rep(0, n), distribution = "exact", zero.method = method)
    as.numeric(pvalue(t))
  }
  nz <- ch[ch != 0]; s <- binom.test(sum(nz > 0), length(nz))
  pairs[[length(pairs) + 1]] <<- list(name = name, before = x, later = y, smcc = es("SMCC"), smcr = es("SMCR"), smcrh = es("SMCRH"),
    d_z = z, d_z_limits = noncentral(z * sqrt(n), n - 1) / sqrt(n),
    d_rm = z * sqrt(2 * (1 - r)), d_rm_variance = (1 / n + z^2 / (2 * n)) * 2 * (1 - r),
    v = unname(suppressWarnings(wilcox.test(ch))$statistic), wilcoxon_p = exact("Wilcoxon"), pratt_p = exact("Pratt"),
    sign_p = s$p.value, sign_share = unname(s$estimate), sign_limits = as.numeric(s$conf.int))
}
for (t in unique(a$Treat)) add(paste("anorexia", t), keep(a$Prewt[a$Treat == t], a$Postwt[a$Treat == t]))
add("fireworks props end", keep(f$prop1, f$prop2)); add("fireworks crops follow-up", keep(f$crop1, f$crop3))
add("beat the blues 2m", keep(b$bdi.pre, b$bdi.2m)); add("beat the blues 8m", keep(b$bdi.pre, b$bdi.8m))
add("ties and zeros", list(pre = c(3, 5, 5, 7, 2, 9, 4, 6, 6, 1), post = c(3, 7, 4, 9, 2, 7, 6, 7, 6, 4)))
add("eleven", list(pre = c(31, 28, 40, 22, 35, 37, 30, 44, 26, 33, 29), post = c(25, 28, 31, 24, 20, 30, 29, 33, 27, 21, 18)))

two <- list()
compare <- function(name, pre1, post1, pre2, post2) {
  p <- keep(pre1, post1); q <- keep(pre2, post2); n1 <- length(p$pre); n2 <- length(q$pre)
  smd <- escalc("SMD", m1i = mean(p$post), m2i = mean(q$post), sd1i = sd(p$post), sd2i = sd(q$post), n1i = n1, n2i = n2)
  m <- n1 + n2 - 2; J <- exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
  pool <- sqrt(((n1 - 1) * var(p$pre) + (n2 - 1) * var(q$pre)) / m)
  d <- J * ((mean(p$post) - mean(p$pre)) - (mean(q$post) - mean(q$pre))) / pool
  r <- ((n1 - 1) * cor(p$pre, p$post) + (n2 - 1) * cor(q$pre, q$post)) / m
  v <- 2 * (1 - r) * (1 / n1 + 1 / n2) + d^2 / (2 * (n1 + n2))
  t <- t.test(p$post, q$post, var.equal = TRUE)$statistic
  two[[length(two) + 1]] <<- list(name = name, first = p, second = q, smd = list(yi = as.numeric(smd$yi), vi = smd$vi),
    smd_limits = noncentral(unname(t), m) * sqrt(1 / n1 + 1 / n2), d_ppc2 = d, d_ppc2_variance = v,
    smd_baseline = (mean(p$pre) - mean(q$pre)) / sqrt((var(p$pre) + var(q$pre)) / 2))
}
compare("anorexia FT Cont", a$Prewt[a$Treat == "FT"], a$Postwt[a$Treat == "FT"], a$Prewt[a$Treat == "Cont"], a$Postwt[a$Treat == "Cont"])
E1 <- f$trt == "E"; compare("fireworks props", f$prop1[E1], f$prop2[E1], f$prop1[!E1], f$prop2[!E1])
B1 <- b$treatment == "BtheB"; compare("beat the blues 3m", b$bdi.pre[B1], b$bdi.3m[B1], b$bdi.pre[!B1], b$bdi.3m[!B1])

models <- list()
robust <- function(name, pre, post, first, cluster) {
  d <- na.omit(data.frame(pre, post, first = as.numeric(first), cluster)); fit <- lm(post ~ first + pre, d)
  h <- vcovHC(fit, "HC3")[2, 2]; c2 <- coef_test(fit, vcov = "CR2", cluster = d$cluster, test = "Satterthwaite")[2, ]
  models[[length(models) + 1]] <<- list(name = name, before = d$pre, later = d$post, first = d$first, cluster = d$cluster,
    estimate = unname(coef(fit)[2]), hc3 = sqrt(h), hc3_p = unname(2 * pt(-abs(coef(fit)[2] / sqrt(h)), fit$df.residual)),
    cr2 = c2$SE, cr2_df = c2$df_Satt, cr2_p = c2$p_Satt)
}
robust("anorexia, five mixed clusters", a$Prewt, a$Postwt, a$Treat == "FT", (seq_len(nrow(a)) * 7) %% 5)
robust("beat the blues, nine mixed clusters", b$bdi.pre, b$bdi.2m, B1, b$subject %% 9)
# arms within clusters: every provider gives one treatment only
robust("beat the blues, arms within eight clusters", b$bdi.pre, b$bdi.3m, B1, ifelse(B1, b$subject %% 4, 4 + b$subject %% 4))
robust("fireworks, unequal clusters", f$prop1, f$prop2, E1, pmin(f$id %/% 6, 5))

tables <- list()
marginal <- function(t) {
  d <- rowSums(t) - colSums(t); S <- diag(rowSums(t) + colSums(t)) - (t + t(t)); as.numeric(d %*% ginv(S) %*% d)
}
exact_marginal <- function(t) {
  u <- which(upper.tri(t), arr.ind = TRUE); n <- (t + t(t))[u]
  g <- expand.grid(lapply(n, function(k) 0:k)); p <- apply(g, 1, function(k) prod(dbinom(k, n, .5)))
  s <- apply(g, 1, function(k) { w <- diag(diag(t)); w[u] <- k; w[u[, 2:1]] <- n - k; marginal(w) })
  sum(p[s >= marginal(t) - 1e-9])
}
table <- function(name, m) {
  k <- nrow(m); x <- as.table(m); names(dimnames(x)) <- c("before", "later")
  mh <- mh_test(x)
  out <- list(name = name, table = m, statistic = as.numeric(statistic(mh)), p = as.numeric(pvalue(mh)), exact = exact_marginal(m))
  if (k == 2) { mc <- mcnemar.test(m, correct = FALSE)
    out <- c(out, list(mcnemar = unname(mc$statistic), mcnemar_p = mc$p.value, binom_p = binom.test(m[1, 2], m[1, 2] + m[2, 1])$p.value)) }
  tables[[length(tables) + 1]] <<- out
}
table("two", matrix(c(20, 1, 9, 20), 2)); table("approval", matrix(c(794, 86, 150, 570), 2))
table("three", matrix(c(15, 2, 1, 20, 15, 2, 3, 5, 17), 3)); table("four", matrix(c(8, 2, 0, 1, 4, 9, 1, 0, 2, 3, 7, 0, 1, 0, 2, 6), 4))

shares <- lapply(list(c(0, 11), c(3, 11), c(17, 34), c(34, 34), c(75, 150)), function(k) {
  w <- suppressWarnings(prop.test(k[1], k[2], correct = FALSE)$conf.int)
  list(count = k[1], n = k[2], wilson = as.numeric(w), exact = as.numeric(binom.test(k[1], k[2])$conf.int))
})
categories <- lapply(list(list(c(10, 20, 4), c(15, 9, 8)), list(c(3, 8), c(6, 5)), list(c(5, 0, 6, 9), c(2, 4, 8, 1))), function(k) {
  p <- k[[1]] / sum(k[[1]]); q <- k[[2]] / sum(k[[2]])
  S <- (diag(p) - p %*% t(p) + diag(q) - q %*% t(q)) / 2; i <- -1
  list(first = k[[1]], second = k[[2]], distance = sqrt(as.numeric((p - q)[i] %*% solve(S[i, i, drop = FALSE]) %*% (p - q)[i])))
})
set.seed(1); d <- keep(a$Prewt[a$Treat == "FT"], a$Postwt[a$Treat == "FT"]); n <- length(d$pre); m <- n - 1
J <- exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
g <- boot(data.frame(d), function(x, i) J * mean(x$post[i] - x$pre[i]) / sd(x$pre[i]), 100000)
ci <- boot.ci(g, type = "bca")
cat(toJSON(list(program = R.version.string, metafor = as.character(packageVersion("metafor")), coin = as.character(packageVersion("coin")),
  clubSandwich = as.character(packageVersion("clubSandwich")), sandwich = as.character(packageVersion("sandwich")),
  pairs = pairs, two = two, models = models, tables = tables, shares = shares, categories = categories,
  boot = list(before = d$pre, later = d$post, estimate = g$t0, error = sd(g$t), bca = ci$bca[4:5])),
  digits = NA, auto_unbox = TRUE, na = "null"), "\n")
