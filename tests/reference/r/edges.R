# Where few people make a method meet its edge: risk sets that empty, groups that never meet, everybody's event, information that is nil.
# Rscript tests/reference/r/edges.R > tests/reference/values/edges.json
suppressMessages({library(survival); library(cmprsk); library(lme4); library(metafor); library(jsonlite)})
# late entry: everybody at risk has the event in week 12 while one more comes under observation in it
zero <- local({
  d <- data.frame(entry = c(12, 0), week = c(16, 12), event = c(0, 1)); s <- summary(survfit(Surv(ifelse(entry == 0, -1, entry), week, event) ~ 1, d), times = c(11, 12, 16), extend = TRUE)
  list(entry = d$entry, week = d$week, event = d$event, at = c(11, 12, 16), survival = s$surv, at_risk = s$n.risk) })
# groups that never meet: survdiff finds a singular matrix; the test of each pair that met, added up
apart <- local({
  d <- data.frame(week = c(3, 5, 8, 2, 6, 9, 4, 7, 7, 10, 1, 6), event = c(1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1),
                  group = c(0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3), stratum = rep(0:1, each = 6))
  test <- function(rho) sum(sapply(split(d, d$stratum), function(s) survdiff(Surv(week, event) ~ group, s, rho = rho)$chisq))
  c(as.list(d), list(refused = inherits(try(survdiff(Surv(week, event) ~ group + strata(stratum), d), silent = TRUE), "try-error"),
                     log_rank = test(0), peto = test(1), df = 2)) })
# Gray's test where every event of one group comes before any of the other, and the pooled incidence reaches 1 on the way
gray <- function(week, cause, group) { t <- cuminc(week, cause, group)$Tests; r <- cuminc(week, cause, group, rho = 1)$Tests
  list(week = week, cause = cause, group = group, statistic = t[1, "stat"], p = t[1, "pv"], df = t[1, "df"], with_rho = r[1, "stat"]) }
separate <- list(gray(c(34, 35, 20, 48, 42, 32, 7, 48), rep(1, 8), c(0, 1, 0, 1, 1, 0, 0, 1)),
                 gray(c(2, 2, 0, 1, 4, 2, 1, 1), rep(1, 8), c(2, 0, 0, 1, 2, 2, 1, 0)),
                 gray(c(17, 9, 2, 10, 16, 28, 38, 45, 32, 13, 21, 38), rep(1, 12), c(0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1)))
# Fine & Gray with a monotone likelihood along no single covariate: crr ends far out and says that it did not converge
monotone <- local({
  w <- c(2, 3, 4, 4, 4, 3, 0, 0, 1, 0, 3, 4); k <- c(1, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0)
  x <- cbind(c(1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1), c(0, 2, 0, 2, 0, 3, 0, 3, 1, 2, 0, 3), c(1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1))
  m <- crr(w + 1, k, x, failcode = 1, gtol = 1e-10); list(week = w, cause = k, x = x, converged = m$converged) })
# a competing event after which nobody is left for a while: the weight of finegray is not a number
gap <- local({
  d <- data.frame(w = c(1, 6, 7, 3, 3), en = c(0, 5, 6, 0, 0), f = factor(c(1, 1, 1, 2, 0)), x = c(3, 3, 1, 3, 2), id = 1:5)
  g <- finegray(Surv(en, w, f) ~ ., d, etype = "1", id = id)
  list(entry = pmax(d$en - 1, 0), week = d$w - 1, cause = as.numeric(as.character(d$f)), x = d$x, weights_without_value = sum(is.nan(g$fgwt))) })
# one value of the covariate wherever there is an event: coxph gives NA
nothing <- local({
  d <- data.frame(week = c(1, 2, 3, 4, 5, 6), event = c(1, 1, 0, 1, 0, 0), x = c(0.7, 0.7, 0.7, 0.3, 0.3, 0.1), entry = c(-1, -1, -1, 3, 3, 4), stratum = 0)
  d$x[6] <- 0.9; d$entry[6] <- 5
  list(entry = d$entry, week = d$week, event = d$event, x = d$x, coefficient_is_na = is.na(unname(coef(coxph(Surv(entry, week, event) ~ x, d))))) })
# each of two arms is one client: the REML criterion is the same whatever the variance between clients; so it is where one contrast is left
flat <- lapply(list(list(client = c(0, 0, 1, 1, 1, 1, 1), x = cbind(c(1, 1, 0, 0, 0, 0, 0)), y = c(-7.2, -8.6, 0.7, -2.4, 0.4, 0.2, -1)),
                    list(client = c(0, 1, 2, 2), x = cbind(c(0, 1, 1, 1), c(1.2, 0.5, -0.5, -0.9)), y = c(0.5, -0.4, -4.2, -2.1))), function(d) {
  criterion <- suppressMessages(lmer(y ~ x + (1 | client), d, devFunOnly = TRUE, control = lmerControl(check.nobs.vs.nRE = "ignore")))
  c(d, list(criterion = sapply(c(0.5, 1, 4), criterion))) })
# providers that lie far apart, some without an event: where the likeliest deviation of one is not where Newton's steps go
far <- lapply(list(list(x = c(7, 0), n = c(22, 13)), list(x = c(12, 4, 0, 0), n = c(13, 4, 2, 23)), list(x = c(7, 0, 0, 0, 0, 12, 10, 10, 0, 0, 2, 5, 0), n = c(22, 8, 9, 22, 19, 12, 11, 24, 7, 10, 6, 9, 3))),
  function(d) { m <- rma.glmm(measure = "PLO", xi = d$x, ni = d$n, test = "t", nAGQ = 7); c(d, list(estimate = as.numeric(m$b), se = m$se, tau2 = m$tau2)) })
far_ratio <- local({ x <- c(12, 4, 0, 0); t <- c(10.31, 14.97, 11.44, 30.97); z <- c(6, 7, 3, 10); s <- c(16.39, 10.62, 12.15, 12.22)
  m <- rma.glmm(measure = "IRR", x1i = x, t1i = t, x2i = z, t2i = s, model = "CM.EL", test = "t", nAGQ = 7)
  list(x = x, t = t, z = z, s = s, estimate = as.numeric(m$b), se = m$se, tau2 = m$tau2) })
# one person of 40 has nearly half of all events: a search for the dispersion from above can fall through to 0
spread <- local({
  count <- c(0,0,0,0,0,1,0,0,0,0,0,0,1,0,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,0,1,0,0,0,5,0,1,1)
  weeks <- c(37,14,47,14,7,9,24,51,43,14,14,40,17,2,30,30,17,35,17,52,15,39,29,6,13,5,43,49,40,43,49,30,45,42,46,22,48,16,34,39)
  x <- c(1,1,1,1,0,0,1,0,0,1,1,1,0,0,1,0,0,0,1,1,0,0,0,0,0,1,1,1,1,1,0,1,1,1,1,1,0,1,0,0)
  m <- MASS::glm.nb(count ~ x + offset(log(weeks * 7 / 365.25)), control = glm.control(epsilon = 1e-12, maxit = 200))
  list(count = count, weeks = weeks, x = x, coefficients = unname(coef(m)), se = unname(sqrt(diag(vcov(m)))), dispersion = 1 / m$theta) })
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival"), "cmprsk", packageVersion("cmprsk"), "lme4", packageVersion("lme4"), "metafor", packageVersion("metafor")),
  zero = zero, apart = apart, separate = separate, monotone = monotone, gap = gap, nothing = nothing, flat = flat, far = far, far_ratio = far_ratio, spread = spread), digits = I(15), auto_unbox = TRUE, na = "null"), "\n")
