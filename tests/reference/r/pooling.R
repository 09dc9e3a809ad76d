# Pooling between providers: R's metafor, with tolerances tightened so that its last digits are those of the likelihood.
#   Rscript pooling.R > ../values/pooling.json
suppressMessages({library(metafor); library(jsonlite); library(mlmRev)})
# as tight as Fisher scoring settles: near zero it halves its steps for ever
closely <- function(...) { for (threshold in c(1e-13, 1e-11, 1e-9, 1e-7, 1e-5)) {
  r <- try(rma(..., control = list(threshold = threshold, maxiter = 10000, tol = 1e-13)), silent = TRUE); if (!inherits(r, "try-error")) return(r) } }
bdf6 <- { d <- data.frame(s = as.character(bdf$schoolNR), y = bdf$langPOST - bdf$langPRET)
  d <- d[d$s %in% names(sort(table(d$s), decreasing = TRUE))[1:6], ]
  list(y = c(tapply(d$y, d$s, mean)), v = c(tapply(d$y, d$s, function(z) var(z) / length(z)))) }
pairs <- function(e) list(y = as.numeric(e$yi), v = as.numeric(e$vi))
bcg <- pairs(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg))
normand <- pairs(escalc(measure = "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999))
normand_d <- pairs(escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999))
data <- list(
  bcg = bcg, normand1999 = normand, normand1999_smd = normand_d,
  six_schools = list(y = unname(bdf6$y), v = unname(bdf6$v)),
  three_bcg = list(y = bcg$y[1:3], v = bcg$v[1:3]), two_bcg = list(y = bcg$y[1:2], v = bcg$v[1:2]), five_bcg = list(y = bcg$y[4:8], v = bcg$v[4:8]),
  homogeneous = list(y = c(1, 1.01, .99, 1), v = c(.1, .2, .1, .3)),
  unequal_variances = list(y = c(.2, 1.5, -.7, .9, 3), v = c(1e-6, .04, 2, 400, .5)),
  hackshaw = pairs(dat.hackshaw1998), curtis = list(y = with(escalc(measure = "ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998), as.numeric(yi)), v = with(escalc(measure = "ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998), as.numeric(vi))))
num <- function(x) if (is.null(x)) NA else unname(as.numeric(x))
fitted <- function(d, method, test) {
  r <- closely(d$y, d$v, method = method, test = test); p <- predict(r)
  list(estimate = num(r$beta), std_error = num(r$se), ci_low = num(r$ci.lb), ci_high = num(r$ci.ub), p_value = num(r$pval), pi_low = num(p$pi.lb), pi_high = num(p$pi.ub),
       tau2 = num(r$tau2), tau2_error = num(r$se.tau2), i2 = num(r$I2), h2 = num(r$H2), q = num(r$QE), q_p = num(r$QEp)) }
out <- list(metafor = as.character(packageVersion("metafor")), cases = list())
for (name in names(data)) { d <- data[[name]]; k <- length(d$y)
  one <- list(data = name, effect = d$y, variance = d$v)
  for (m in c("REML", "DL", "PM")) for (t in c("knha", "adhoc", "z")) one[[paste(m, t, sep = "_")]] <- fitted(d, m, t)
  r <- closely(d$y, d$v, test = "knha"); ci <- suppressWarnings(confint(r, control = list(tol = 1e-13, maxiter = 10000, tau2.max = 1e5)))$random
  one$profile <- list(tau2 = unname(ci["tau^2", 2:3]), i2 = unname(ci["I^2(%)", 2:3]))
  if (k > 2) { inf <- influence(r); l <- as.list(as.data.frame(inf$inf)); one$influence <- lapply(l[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat")], num)
    one$influence$dfbs <- num(inf$dfbs$intrcpt); one$influence$marked <- unname(inf$is.infl)
    lo <- leave1out(r); one$leave <- list(estimate = num(lo$estimate), ci_low = num(lo$ci.lb), ci_high = num(lo$ci.ub), i2 = num(lo$I2)) }
  out$cases[[length(out$cases) + 1]] <- one }
# effects from counts, zero cells among them
n7 <- dat.nielweise2007[, c("ai", "n1i", "ci", "n2i")]; n8 <- dat.nielweise2008
esc <- function(e) { list(effect = as.numeric(e$yi), variance = as.numeric(e$vi)) }
out$counts <- list(table = as.list(n7), rates = as.list(n8[, c("x1i", "t1i", "x2i", "t2i")]),
  OR = esc(escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = n7)),
  RR = esc(escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = n7)),
  RD = esc(escalc(measure = "RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = n7)),
  PLO = esc(escalc(measure = "PLO", xi = ai, ni = n1i, data = n7)), IRLN = esc(escalc(measure = "IRLN", xi = c(0, 3, 7), ti = c(2.5, 4, 9))),
  IRR = esc(escalc(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = n8)))
glmm <- function(r) list(estimate = num(r$beta), std_error = num(r$se), tau2 = num(r$tau2), ci_low = num(r$ci.lb), ci_high = num(r$ci.ub), p_value = num(r$pval))
out$glmm <- list(
  PLO_controls = glmm(rma.glmm(measure = "PLO", xi = ci, ni = n2i, data = n7)), PLO_treated = glmm(rma.glmm(measure = "PLO", xi = ai, ni = n1i, data = n7)),
  PLO_t = glmm(rma.glmm(measure = "PLO", xi = ci, ni = n2i, data = n7, test = "t")),
  IRLN = glmm(rma.glmm(measure = "IRLN", xi = x1i, ti = t1i, data = n8)),
  OR = glmm(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = n7, model = "CM.EL")),
  OR_bcg = glmm(rma.glmm(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg[c(1:6, 9), ], model = "CM.EL")),
  IRR = glmm(rma.glmm(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = n8, model = "CM.EL")))
out$bcg_table <- as.list(dat.bcg[c(1:6, 9), c("tpos", "tneg", "cpos", "cneg")])
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
