# Pooling between providers, more of R's metadat: correlations, standardised differences, odds, shares, rates; two and three studies, none that differ,
# and equal ones.
#   Rscript pooling_more.R > ../values/pooling_more.json
suppressMessages({library(metafor); library(jsonlite)})
closely <- function(...) { for (threshold in c(1e-13, 1e-11, 1e-9, 1e-7, 1e-5)) {
  r <- try(rma(..., control = list(threshold = threshold, maxiter = 10000, tol = 1e-13)), silent = TRUE); if (!inherits(r, "try-error")) return(r) } }
pairs <- function(e, rows = TRUE) list(y = as.numeric(e$yi)[rows], v = as.numeric(e$vi)[rows])
num <- function(x) if (is.null(x)) NA else unname(as.numeric(x))
yusuf <- dat.yusuf1985[dat.yusuf1985$table == "6", ]
yusuf <- yusuf[complete.cases(yusuf[, c("ai", "n1i", "ci", "n2i")]) & yusuf$ai + yusuf$ci > 0, ]
data <- list(
  molloy2014 = pairs(escalc(measure = "ZCOR", ri = ri, ni = ni, data = dat.molloy2014)),
  raudenbush1985 = pairs(dat.raudenbush1985), raudenbush_two = pairs(dat.raudenbush1985, 1:2), raudenbush_three = pairs(dat.raudenbush1985, 2:4),
  konstantopoulos2011 = pairs(dat.konstantopoulos2011), bangertdrowns2004 = pairs(dat.bangertdrowns2004),
  li2007_or = pairs(escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007)),
  hine1989_rd = pairs(escalc(measure = "RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989)),
  yusuf1985_rr = pairs(escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = yusuf)),
  pritz1997_plo = pairs(escalc(measure = "PLO", xi = xi, ni = ni, data = dat.pritz1997)),
  debruin2009_pr = pairs(escalc(measure = "PR", xi = xi, ni = ni, data = dat.debruin2009)),
  hart1999_irr = pairs(escalc(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.hart1999)),
  equal_effects = list(y = c(.3, .3, .3), v = c(.1, .2, .05)), twins = list(y = c(.1, .1, .5, .5), v = c(.04, .04, .04, .04)))
fitted <- function(d, test) {
  r <- closely(d$y, d$v, test = test); p <- predict(r)
  list(estimate = num(r$beta), std_error = num(r$se), ci_low = num(r$ci.lb), ci_high = num(r$ci.ub), p_value = num(r$pval), pi_low = num(p$pi.lb), pi_high = num(p$pi.ub),
       tau2 = num(r$tau2), i2 = num(r$I2), h2 = num(r$H2), q = num(r$QE), q_p = num(r$QEp)) }
out <- list(metafor = as.character(packageVersion("metafor")), metadat = as.character(packageVersion("metadat")), cases = list())
for (name in names(data)) { d <- data[[name]]; k <- length(d$y)
  one <- list(data = name, effect = d$y, variance = d$v, z = fitted(d, "z"))
  if (name != "equal_effects") {
    one$knha <- fitted(d, "knha"); one$adhoc <- fitted(d, "adhoc")
    r <- closely(d$y, d$v, test = "knha")
    ci <- suppressWarnings(confint(r, control = list(tol = 1e-13, maxiter = 10000, tau2.max = 1e5)))$random
    one$profile <- list(tau2 = unname(ci["tau^2", 2:3]), i2 = unname(ci["I^2(%)", 2:3]))
    if (k > 2) { inf <- influence(r); l <- as.list(as.data.frame(inf$inf)); one$influence <- lapply(l[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat")], num)
      one$influence$dfbs <- num(inf$dfbs$intrcpt); one$influence$marked <- unname(inf$is.infl)
      lo <- leave1out(r); one$leave <- list(estimate = num(lo$estimate), ci_low = num(lo$ci.lb), ci_high = num(lo$ci.ub)) } }
  out$cases[[length(out$cases) + 1]] <- one }
glmm <- function(r) list(estimate = num(r$beta), std_error = num(r$se), tau2 = num(r$tau2), ci_low = num(r$ci.lb), ci_high = num(r$ci.ub))
table <- function(d, names) as.list(d[, names])
two <- c("ai", "n1i", "ci", "n2i"); rates <- c("x1i", "t1i", "x2i", "t2i")
# null where its optimiser does not converge
odds <- function(d, method = "ML") { r <- try(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d, model = "CM.EL", method = method), silent = TRUE); if (inherits(r, "try-error")) NA else glmm(r) }
out$tables <- list(pritz = table(dat.pritz1997, c("xi", "ni")), debruin = table(dat.debruin2009, c("xi", "ni")), li = table(dat.li2007, two),
  hine = table(dat.hine1989, two), yusuf = table(yusuf, two), hart = table(dat.hart1999, rates))
out$glmm <- list(
  pritz = glmm(rma.glmm(measure = "PLO", xi = xi, ni = ni, data = dat.pritz1997)), debruin = glmm(rma.glmm(measure = "PLO", xi = xi, ni = ni, data = dat.debruin2009)),
  pritz_two = glmm(rma.glmm(measure = "PLO", xi = xi, ni = ni, data = dat.pritz1997[1:2, ])), pritz_three = glmm(rma.glmm(measure = "PLO", xi = xi, ni = ni, data = dat.pritz1997[1:3, ])),
  li = odds(dat.li2007),
  # of hine1989 the ML fit of metafor has tau squared 0 and, as it warns, an error of 6e-7, which cannot be; with tau squared fixed at 0 it has one
  hine = odds(dat.hine1989, "EE"), yusuf = odds(yusuf),
  hart_rate = glmm(rma.glmm(measure = "IRLN", xi = x1i, ti = t1i, data = dat.hart1999)),
  hart = glmm(rma.glmm(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.hart1999, model = "CM.EL")))
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
