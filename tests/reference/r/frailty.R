# Gamma frailty by R's survival: kidney (by patient), rats (by litter), rossi with pretended clusters, lung by institution.
#   Rscript frailty.R > ../values/frailty.json
# For a given theta coxph with the full information (sparse = FALSE) and tight steps; theta is that with the largest c.loglik, by optimise.
# The last block integrates the frailties out by numerical integration, with Breslow's hazard, as a marginal likelihood is made.
suppressMessages({library(survival); library(jsonlite)})
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100, outer.max = 100)
fixed <- function(x, y, id, theta, ties = "efron") {
  d <- data.frame(x); p <- ncol(d); f <- as.formula(paste("y ~", paste(names(d), collapse = " + "), "+ frailty.gamma(id, sparse = FALSE, theta = theta)"))
  m <- coxph(f, d, ties = ties, control = tight); list(coef = unname(coef(m)[1:p]), se = unname(sqrt(diag(m$var))[1:p]), value = m$history[[1]]$c.loglik, frailty = unname(coef(m)[-(1:p)])) }
best <- function(x, y, id, top = 5, ties = "efron") {
  o <- optimise(function(t) fixed(x, y, id, t, ties)$value, c(1e-3, top), maximum = TRUE, tol = 1e-9); theta <- o$maximum
  r <- fixed(x, y, id, theta, ties); cox <- coxph(as.formula(paste("y ~", paste(names(data.frame(x)), collapse = "+"))), data.frame(x), ties = ties); alone <- cox$loglik[2]
  f <- function(t) fixed(x, y, id, t, ties)$value - (r$value - qchisq(0.95, 1) / 2)
  high <- uniroot(f, c(theta, top), tol = 1e-9)$root; low <- if (alone > r$value - qchisq(0.95, 1) / 2) 0 else uniroot(f, c(1e-3, theta), tol = 1e-9)$root
  c(list(theta = theta, alone = alone, low = low, high = high, lr = 2 * (r$value - alone)), r) }
as_r_does <- function(f, d) { m <- coxph(f, d); list(coef = unname(coef(m)), se = unname(sqrt(diag(m$var))), theta = m$history[[1]]$theta) }
k <- kidney; rt <- rats; l <- lung[!is.na(lung$inst), ]
rossi <- read.csv("rossi.csv"); late <- seq_len(nrow(rossi)) %% 4
rossi$entry <- pmin(late, rossi$week - 1)
pretended <- ifelse(rossi$prio > 4, 0, ifelse(rossi$prio > 1, 1, 2)) + 3 * (rossi$wexp)
kid <- best(k[, c("age", "sex")], Surv(k$time, k$status), k$id)
rat <- best(data.frame(rx = rt$rx, male = as.integer(rt$sex == "m")), Surv(rt$time, rt$status), rt$litter)
ros <- best(rossi[, c("fin", "age")], Surv(rossi$week, rossi$arrest), pretended)
ros_late <- best(rossi[, c("fin", "age")], Surv(rossi$entry, rossi$week, rossi$arrest), pretended)
kid_breslow <- best(k[, c("age", "sex")], Surv(k$time, k$status), k$id, ties = "breslow")
marginal <- sapply(c(0.1, 0.4, 1.2), function(theta) {
  r <- fixed(k[, c("age", "sex")], Surv(k$time, k$status), k$id, theta, "breslow"); u <- exp(r$frailty)[as.integer(factor(k$id))]
  e <- exp(as.matrix(k[, c("age", "sex")]) %*% r$coef)[, 1]; at <- sort(unique(k$time[k$status == 1]))
  jump <- sapply(at, function(t) sum(k$status == 1 & k$time == t) / sum((u * e)[k$time >= t])); H <- sapply(k$time, function(t) sum(jump[at <= t]))
  sum(log((e * sapply(k$time, function(t) sum(jump[at == t])))[k$status == 1])) + sum(sapply(split(seq_len(nrow(k)), k$id), function(i)
    log(integrate(function(g) dgamma(g, 1 / theta, 1 / theta) * g^sum(k$status[i]) * exp(-g * sum((H * e)[i])), 0, Inf, rel.tol = 1e-12)$value))) })
partial <- sapply(c(0.1, 0.4, 1.2), function(theta) fixed(k[, c("age", "sex")], Surv(k$time, k$status), k$id, theta, "breslow")$value)
cat(toJSON(list(
  kidney = c(list(data = as.list(k[, c("id", "time", "status", "age", "sex")])), kid), rats = c(list(data = list(litter = rt$litter, time = rt$time, status = rt$status, rx = rt$rx, male = as.integer(rt$sex == "m"))), rat),
  rossi = c(list(cluster = pretended), ros), rossi_late = c(list(entry = rossi$entry), ros_late), kidney_breslow = kid_breslow,
  lung = c(list(data = list(inst = l$inst, time = l$time, status = l$status - 1, sex = l$sex)), as_r_does(Surv(time, status) ~ sex + frailty(inst), l)),
  default = list(kidney = as_r_does(Surv(time, status) ~ age + sex + frailty(id), k), rats = as_r_does(Surv(time, status) ~ rx + I(1 * (sex == "m")) + frailty(litter), rt)),
  marginal = marginal, partial = partial), digits = NA, auto_unbox = TRUE))
