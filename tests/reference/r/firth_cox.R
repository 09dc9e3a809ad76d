# Firth's penalised Cox regression by direct optimisation: coxph(init = b, iter.max = 0) gives log likelihood and information at b,
# and optim and uniroot do the rest. coxphf is not needed.
# Rscript tests/reference/r/firth_cox.R > tests/reference/values/firth_cox.json
suppressMessages({library(survival); library(jsonlite)})
penalised <- function(y, x, ties) function(b) {
  f <- coxph(y ~ x, init = b, ties = ties, control = coxph.control(iter.max = 0, timefix = FALSE))
  v <- f$loglik[length(f$loglik)] - 0.5 * as.numeric(determinant(f$var)$modulus); if (is.finite(v)) v else -1e6 }
best <- function(value, start, fixed = NULL) {
  free <- setdiff(seq_along(start), fixed)
  if (!length(free)) return(list(par = start, value = value(start)))
  at <- function(b) { full <- start; full[free] <- b; value(full) }
  o <- start[free]
  if (length(free) == 1) { r <- optimize(at, c(-12, 12), maximum = TRUE, tol = 1e-10); o <- r$maximum }
  else for (i in 1:6) o <- optim(o, at, method = if (i %% 2) "BFGS" else "Nelder-Mead", control = list(fnscale = -1, reltol = 1e-15, maxit = 5000, ndeps = rep(1e-5, length(free))))$par
  par <- start; par[free] <- o; list(par = par, value = value(par)) }
run <- function(name, y, x, ties) suppressWarnings({
  value <- penalised(y, x, ties); p <- ncol(x); b <- best(value, rep(0, p)); null <- value(rep(0, p)); drop <- qchisq(.95, 1) / 2
  profile <- function(j, at) { s <- b$par; s[j] <- at; best(value, s, j)$value }
  limit <- function(j, side) { f <- function(at) profile(j, at) - b$value + drop; w <- 0.5
    while (f(b$par[j] + side * w) > 0 && w < 12) w <- w * 1.5
    if (w >= 12) NA else uniroot(f, sort(c(b$par[j], b$par[j] + side * w)), tol = 1e-9)$root }
  list(name = name, ties = ties, n = nrow(x), week = y[, "time"], event = y[, "status"], x = unname(x), coef = b$par, lr = 2 * (b$value - null),
       low = sapply(seq_len(p), limit, side = -1), high = sapply(seq_len(p), limit, side = 1),
       p = sapply(seq_len(p), function(j) pchisq(2 * (b$value - profile(j, 0)), 1, lower.tail = FALSE))) })
d <- read.csv("tests/reference/data/veteran.csv"); v <- d[seq(1, nrow(d), 5), ]
o <- read.csv("tests/reference/data/ovarian.csv")
cases <- list(
  run("three people, monotone", Surv(1:3, c(1, 1, 1)), cbind(x = c(1, 1, 0)), "efron"),
  run("all events in one group", Surv(c(1, 2, 2, 5, 6, 6, 6, 6), c(1, 1, 1, 0, 0, 0, 0, 0)), cbind(x = c(1, 1, 1, 0, 0, 0, 1, 0)), "efron"),
  run("none of eight and five of nine", Surv(c(rep(30, 8), 2, 4, 4, 9, 15, rep(30, 4)), c(rep(0, 8), rep(1, 5), rep(0, 4))), cbind(first = rep(1:0, c(8, 9))), "efron"),
  run("ovarian", Surv(o$time, o$event), cbind(rx = o$rx - 1, residual = o$residual - 1), "efron"),
  run("veteran, tied", Surv(v$month, v$event), cbind(trt = v$trt - 1, prior = v$prior), "efron"),
  run("veteran, tied", Surv(v$month, v$event), cbind(trt = v$trt - 1, prior = v$prior), "breslow"))
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival")), cases = cases), digits = I(15), auto_unbox = TRUE, na = "null"), "\n")
