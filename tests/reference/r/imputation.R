# Missing data: mice. Pooling and tipping points on fixed imputations (written beside the values), and where Bayesian linear
# regression ends up with many imputations.   Rscript tests/reference/r/imputation.R   (from the project root)
suppressMessages({library(mice); library(jsonlite)})
btb <- read.csv("evaluation/examples/data/beat_the_blues.csv")
columns <- c("bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m")
arms <- c("BtheB", "TAU")
draw <- function(arm, m, seed, maxit) {
  d <- btb[btb$treatment == arm, columns]
  imp <- mice(d, m = m, method = "norm", seed = seed, maxit = maxit, printFlag = FALSE, ridge = 1e-5)
  lapply(seq_len(m), function(k) complete(imp, k))
}
m <- 5
sets <- lapply(arms, draw, m = m, seed = 7, maxit = 10)
hole <- lapply(arms, function(a) is.na(btb[btb$treatment == a, "bdi.8m"]))
stacked <- lapply(seq_len(m), function(k) data.frame(
  first = rep(1:0, sapply(hole, length)), hole = unlist(hole),
  change = unlist(lapply(sets, function(s) s[[k]]$bdi.8m - s[[k]]$bdi.pre))))
fits <- function(formula, delta, which) lapply(stacked, function(d) {
  d$change <- d$change + delta * d$hole * (if (which == "first") d$first else 1)
  if (which == "one") d <- d[d$first == 1, ]
  lm(formula, d)
})
last <- function(delta, formula, which) { s <- summary(pool(fits(formula, delta, which)), conf.int = TRUE); s[nrow(s), ] }
pooled <- function(formula, which) {
  p <- pool(fits(formula, 0, which)); s <- summary(p, conf.int = TRUE); k <- nrow(s)
  tip <- NA
  if (s$p.value[k] < .05) {
    far <- -s$estimate[k] / (if (which == "all") mean(unlist(hole)) else mean(hole[[1]]))
    f <- function(d) { x <- last(d, formula, which); abs(x$estimate) - (x[["97.5 %"]] - x$estimate) }
    tip <- uniroot(f, c(0, far), tol = 1e-12)$root
  }
  list(estimate = s$estimate[k], std_error = s$std.error[k], df = s$df[k], p = s$p.value[k], low = s[["2.5 %"]][k],
       high = s[["97.5 %"]][k], fmi = p$pooled$fmi[k], ubar = p$pooled$ubar[k], b = p$pooled$b[k], dfcom = p$pooled$dfcom[k], tipping = tip)
}
answers <- list(all = pooled(change ~ 1, "all"), first = pooled(change ~ 1, "one"), difference = pooled(change ~ first, "first"))
# a difference that is shown, so that it can tip
for (k in seq_len(m)) stacked[[k]]$change <- stacked[[k]]$change - 12 * stacked[[k]]$first
answers$shown <- pooled(change ~ first, "first")
many <- draw("BtheB", 2000, 11, 10)
changes <- sapply(many, function(d) c(mean(d$bdi.2m - d$bdi.pre), mean(d$bdi.3m - d$bdi.pre), mean(d$bdi.5m - d$bdi.pre), mean(d$bdi.8m - d$bdi.pre)))
spread <- sapply(many, function(d) c(var(d$bdi.3m - d$bdi.pre), var(d$bdi.8m - d$bdi.pre)))
observed <- lapply(arms, function(a) { d <- btb[btb$treatment == a, columns]; d$last <- d$bdi.pre
  for (k in columns) d$last <- ifelse(is.na(d[[k]]), d$last, d[[k]])
  t <- t.test(d$bdi.8m - d$bdi.pre); l <- t.test(d$last - d$bdi.pre)
  list(complete = c(t$estimate, t$conf.int, t$p.value), locf = c(l$estimate, l$conf.int, l$p.value)) })
change <- btb$bdi.8m - btb$bdi.pre
two <- t.test(change[btb$treatment == "BtheB"], change[btb$treatment == "TAU"], var.equal = TRUE)
versions <- list(mice = as.character(packageVersion("mice")))
write(toJSON(list(program = R.version.string, packages = versions,
  changes = lapply(seq_len(m), function(k) list(first = stacked[[k]]$change[stacked[[k]]$first == 1] + 12,
                                                second = stacked[[k]]$change[stacked[[k]]$first == 0])),
  hole = hole, pooled = answers, observed = observed,
  difference = c(unname(two$estimate[1] - two$estimate[2]), two$conf.int, two$p.value),
  many = list(mean = rowMeans(changes), sd = apply(changes, 1, sd), spread = rowMeans(spread))), digits = NA, auto_unbox = TRUE),
  "tests/reference/values/imputation.json")
