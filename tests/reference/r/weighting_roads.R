# Weighted comparisons as a study would make them: Rossi's men in every way of weighting, and the people of "What if" (Hernan & Robins 2020, chapters 12, 13).
# Rscript tests/reference/r/weighting_roads.R > tests/reference/values/weighting_roads.json
# NHEFS, the epidemiologic follow-up study of the National Center for Health Statistics (public use): the 1566 with a weight in 1982, in tests/reference/data/nhefs.csv.
suppressMessages({library(survival); library(survey); library(jsonlite)})
ess <- function(w) sum(w)^2 / sum(w^2)
entropy <- function(x, target) {
  y <- sweep(sweep(x, 2, target), 2, apply(x, 2, sd), "/")
  f <- function(l) log(sum(exp(y %*% l))); g <- function(l) { w <- exp(y %*% l); as.numeric(crossprod(y, w) / sum(w)) }
  l <- rep(0, ncol(x)); for (i in 1:8) l <- optim(l, f, g, method = "BFGS", control = list(reltol = 1e-16, maxit = 2000))$par
  w <- as.numeric(exp(y %*% l)); w / sum(w) }
step_area <- function(s, tau) { t <- c(0, s$time[s$time < tau], tau); v <- c(1, s$surv[s$time < tau]); sum(diff(t) * v) }
e_value <- function(rr) { rr <- ifelse(rr < 1, 1 / rr, rr); rr + sqrt(rr * (rr - 1)) }
common <- function(hr) (1 - 0.5^sqrt(hr)) / (1 - 0.5^sqrt(1 / hr))

d <- read.csv("tests/reference/data/rossi.csv"); x <- c("age", "race", "wexp", "mar", "paro", "prio"); xm <- as.matrix(d[x])
con <- coxph.control(timefix = FALSE, eps = 1e-11, toler.chol = 1e-13)
e <- fitted(glm(reformulate(x, "fin"), binomial, d, control = list(epsilon = 1e-14)))
way <- function(name) {
  z <- d$fin; p <- e
  if (grepl("atc", name)) { z <- 1 - z; p <- 1 - p }   # people like those of the second arm: that arm first, as treated
  h <- if (grepl("at[tc]", name)) p else if (grepl("overlap", name)) p * (1 - p) else rep(1, nrow(d))
  w <- ifelse(z == 1, h / p, h / (1 - p))
  if (name == "none") w <- rep(1, nrow(d))
  if (grepl("entropy", name)) {
    of <- if (name == "entropy_ate") colMeans(xm) else colMeans(xm[z == 1, ]); h <- if (name == "entropy_ate") rep(1, nrow(d)) else z
    for (a in 0:1) w[z == a] <- entropy(xm[z == a, ], of) * sum(h)
    if (name != "entropy_ate") w[z == 1] <- 1 }
  dw <- cbind(d, w = w, z = z)
  fit <- function(arm) survfit(Surv(week, arrest) ~ 1, dw[dw$z == arm, ], weights = w)
  risk <- function(t) 1 - sapply(c(1, 0), function(arm) summary(fit(arm), times = t)$surv)
  cox <- coxph(Surv(week, arrest) ~ z, dw, weights = w, robust = TRUE, control = con)
  m <- function(arm) predict(lm(reformulate(x, "arrest"), d[z == arm, ]), d)   # nobody is lost before week 52
  m1 <- m(1); m0 <- m(0); y <- d$arrest
  hr <- exp(unname(coef(cox))); rr <- risk(52)[1] / risk(52)[2]
  list(name = name, risk20 = risk(20), risk52 = risk(52), mean = sapply(c(1, 0), function(a) step_area(fit(a), 52)),
       cox = c(unname(coef(cox)), sqrt(diag(vcov(cox)))), ess = c(ess(w[z == 1]), ess(w[z == 0])),
       aipw = sum(h * (m1 - m0) + w * z * (y - m1) - w * (1 - z) * (y - m0)) / sum(h), standardised = sum(h * (m1 - m0)) / sum(h),
       e = list(hazard = e_value(common(hr)), rare = e_value(hr), risk = e_value(rr))) }
ways <- lapply(c("ate", "att", "atc", "overlap", "entropy_ate", "entropy_att", "entropy_atc"), way)
adjusted <- coxph(reformulate(c("fin", x), "Surv(week, arrest)"), d, control = con)

n <- read.csv("tests/reference/data/nhefs.csv")
for (v in c("sex", "race", "education", "exercise", "active")) n[[v]] <- factor(n[[v]])
for (v in c("age", "smokeintensity", "smokeyrs", "wt71")) n[[paste0(v, "_2")]] <- n[[v]]^2
cov <- c("sex", "race", "age", "age_2", "education", "smokeintensity", "smokeintensity_2", "smokeyrs", "smokeyrs_2", "exercise", "active", "wt71", "wt71_2")
en <- fitted(glm(reformulate(cov, "qsmk"), binomial, n, control = list(epsilon = 1e-14))); q <- n$qsmk
nhefs <- lapply(c("ate", "att", "overlap"), function(of) {
  h <- switch(of, ate = rep(1, nrow(n)), att = en, overlap = en * (1 - en)); w <- ifelse(q == 1, h / en, h / (1 - en))
  one <- function(y) { m <- function(a) predict(lm(reformulate(cov, "y"), cbind(n, y = y)[q == a, ]), n); m1 <- m(1); m0 <- m(0)
    des <- svydesign(~1, weights = ~w, data = cbind(n, w = w, y = y)); f <- svyglm(y ~ qsmk, des)
    c(weighted = unname(coef(f)[2]), low = confint(f)[2, 1], high = confint(f)[2, 2], standardised = sum(h * (m1 - m0)) / sum(h),
      augmented = sum(h * (m1 - m0) + w * q * (y - m1) - w * (1 - q) * (y - m0)) / sum(h)) }
  list(name = of, gain = as.list(one(n$wt82 - n$wt71)), later = as.list(one(n$wt82)), ess = c(ess(w[q == 1]), ess(w[q == 0]))) })
later <- lm(reformulate(c("qsmk", cov), "wt82"), n); s <- summary(later)$coefficients["qsmk", 1:2]
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival"), "survey", packageVersion("survey")), ways = ways,
  adjusted = lapply(c("fin", x), function(v) c(coef(adjusted)[[v]], sqrt(diag(vcov(adjusted)))[[v]])), nhefs = nhefs, ancova = unname(s)),
  digits = I(15), auto_unbox = TRUE, na = "null"), "\n")
