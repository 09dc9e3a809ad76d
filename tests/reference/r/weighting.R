# Weighted comparisons of arms: glm and nnet for the propensity, survey and survival for what is weighted, formulas by hand beside them.
# Rscript tests/reference/r/weighting.R > tests/reference/values/weighting.json
# Lalonde's men (Dehejia & Wahba 1999) are those of the package MatchIt, written to tests/reference/data/lalonde.csv.
suppressMessages({library(survival); library(survey); library(jsonlite); library(nnet); library(brglm2)})
weights_of <- function(e, z, of) { h <- switch(of, ate = 1, att = e, overlap = e * (1 - e)); ifelse(z == 1, h / e, h / (1 - e)) }
ess <- function(w) sum(w)^2 / sum(w^2)
smd <- function(x, z, w) { binary <- all(x %in% 0:1); v <- function(y) if (binary) mean(y) * (1 - mean(y)) else var(y)
  (weighted.mean(x[z == 1], w[z == 1]) - weighted.mean(x[z == 0], w[z == 0])) / sqrt((v(x[z == 1]) + v(x[z == 0])) / 2) }
entropy <- function(x, target, base = rep(1, nrow(x))) {
  s <- apply(x, 2, sd); y <- sweep(sweep(x, 2, target), 2, s, "/")
  f <- function(l) log(sum(base * exp(y %*% l))); g <- function(l) { w <- base * exp(y %*% l); as.numeric(crossprod(y, w) / sum(w)) }
  l <- rep(0, ncol(x)); for (i in 1:8) l <- optim(l, f, g, method = "BFGS", control = list(reltol = 1e-16, maxit = 2000))$par
  w <- as.numeric(base * exp(y %*% l)); w / sum(w) * length(w) }
step_area <- function(s, tau) { t <- c(0, s$time[s$time < tau], tau); v <- c(1, s$surv[s$time < tau]); sum(diff(t) * v) }

# Rossi: financial help (fin = 1 is the first arm)
d <- read.csv("tests/reference/data/rossi.csv"); x <- c("age", "race", "wexp", "mar", "paro", "prio")
d$late <- ifelse(d$week > 8 & d$age %% 3 == 0, d$age %% 7, 0); d$block <- d$age %% 24
glm_fit <- glm(reformulate(x, "fin"), binomial, d, control = list(epsilon = 1e-14)); e <- fitted(glm_fit)
of_events <- function(w, name) {
  dw <- cbind(d, w = w)
  fit <- function(arm) survfit(Surv(week, arrest) ~ 1, dw[dw$fin == arm, ], weights = w)
  km <- function(t) sapply(c(1, 0), function(arm) summary(fit(arm), times = t)$surv)
  con <- coxph.control(timefix = FALSE, eps = 1e-11, toler.chol = 1e-13)
  plain <- coxph(Surv(week, arrest) ~ fin, dw, weights = w, robust = TRUE, control = con)
  clus <- coxph(Surv(week, arrest) ~ fin, dw, weights = w, cluster = block, control = con)
  dw$id <- seq_len(nrow(dw)); late <- coxph(Surv(late, week, arrest) ~ fin, dw, weights = w, cluster = id, control = con)
  des <- svydesign(~1, weights = ~w, data = dw)
  list(name = name, weight = w, ess = c(ess(w[d$fin == 1]), ess(w[d$fin == 0])),
       smd = sapply(x, function(v) smd(d[[v]], d$fin, w)), km20 = km(20), km52 = km(52), rmst = sapply(c(1, 0), function(arm) step_area(fit(arm), 52)),
       cox = c(coef(plain), sqrt(diag(vcov(plain)))), clustered = c(coef(clus), sqrt(diag(vcov(clus)))), late = c(coef(late), sqrt(diag(vcov(late)))),
       risk = unname(coef(svyglm(arrest ~ fin, des))[2])) }
xm <- as.matrix(d[x])
ebal_att <- ifelse(d$fin == 1, 1, 0); ebal_att[d$fin == 0] <- entropy(xm[d$fin == 0, ], colMeans(xm[d$fin == 1, ]))
ebal_ate <- numeric(nrow(d)); for (a in 0:1) ebal_ate[d$fin == a] <- entropy(xm[d$fin == a, ], colMeans(xm))
events <- c(list(of_events(rep(1, nrow(d)), "none")), lapply(c("ate", "att", "overlap"), function(of) of_events(weights_of(e, d$fin, of), of)),
            list(of_events(ebal_ate, "entropy_ate"), of_events(ebal_att, "entropy_att")))
share <- mean(d$fin); pref <- plogis(qlogis(e) - qlogis(share))

# Lalonde: earnings in 1978
l <- read.csv("tests/reference/data/lalonde.csv"); y <- l$re78; z <- l$treat
form <- treat ~ age + educ + black + hispan + married + nodegree + re74 + re75
el <- fitted(glm(form, binomial, l, control = list(epsilon = 1e-14)))
m <- function(arm) predict(lm(update(form, re78 ~ .), l[z == arm, ]), l)
m1 <- m(1); m0 <- m(0)
means <- lapply(c("ate", "att", "overlap"), function(of) {
  w <- weights_of(el, z, of); h <- switch(of, ate = rep(1, nrow(l)), att = el, overlap = el * (1 - el))
  des <- svydesign(~1, weights = ~w, data = cbind(l, w = w))
  aipw <- if (of == "ate") mean(m1 - m0 + z * (y - m1) / el - (1 - z) * (y - m0) / (1 - el)) else
          if (of == "att") sum(z * (y - m0) - (1 - z) * el / (1 - el) * (y - m0)) / sum(z) else
          sum(h * (m1 - m0) + z * (1 - el) * (y - m1) - (1 - z) * el * (y - m0)) / sum(h)
  list(name = of, weighted = unname(coef(svyglm(re78 ~ treat, des))[2]), standardised = sum(h * (m1 - m0)) / sum(h), augmented = aipw,
       ess = c(ess(w[z == 1]), ess(w[z == 0])), smd = sapply(c("age", "black", "re74"), function(v) smd(l[[v]], z, w))) })

# three arms: Lalonde's men by their descent
arms <- factor(ifelse(l$black == 1, "a", ifelse(l$hispan == 1, "b", "c")))
l$s74 <- l$re74 / 1000; l$one <- relevel(arms, "c")
mn <- multinom(one ~ age + educ + married + s74, l, trace = FALSE, reltol = 1e-16, abstol = 1e-14, maxit = 5000)
pr <- fitted(mn)[, c("a", "b", "c")]; own <- pr[cbind(seq_len(nrow(l)), as.integer(arms))]
three <- list(coef = unname(coef(mn)), overlap = (1 / rowSums(1 / pr)) / own, ate = 1 / own)
three$mean <- sapply(c("a", "b", "c"), function(k) weighted.mean(y[arms == k], three$overlap[arms == k]))

# Firth
s <- data.frame(z = c(1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0), x = c(5, 6, 7, 8, 9, 1, 2, 3, 4, 2, 3, 1), g = rep(0:1, 6))
firth <- fitted(glm(z ~ x + g, binomial, s, method = "brglmFit", type = "AS_mean", epsilon = 1e-12, maxit = 10000, slowit = 1))

# pseudo-values by leaving one out, and incidence by cause with weights
v <- read.csv("tests/reference/data/rossi.csv"); v <- v[1:60, ]; v$week <- ifelse(seq_len(60) %% 4 == 0, pmin(v$week, 15 + seq_len(60) %% 20), v$week)
v$arrest <- ifelse(seq_len(60) %% 4 == 0, 0, v$arrest)
risk <- function(dd) 1 - summary(survfit(Surv(week, arrest) ~ 1, dd), times = 40, extend = TRUE)$surv
pseudo <- sapply(1:60, function(i) 60 * risk(v) - 59 * risk(v[-i, ]))
k <- read.csv("tests/reference/data/competing_melanoma_quarters.csv")
ci <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, k, weights = 1 + k$x, id = seq_len(nrow(k)), timefix = FALSE)
incidence <- summary(ci, times = c(8, 20))$pstate[, 2:3]
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival"), "survey", packageVersion("survey")),
  propensity = unname(coef(glm_fit)), preference = unname(pref), late = d$late, block = d$block, events = events, means = means, three = three,
  firth = list(z = s$z, x = s$x, g = s$g, probability = unname(firth)), incidence = incidence, pseudo = list(week = v$week, event = v$arrest, value = pseudo)),
  digits = I(15), auto_unbox = TRUE, na = "null"), "\n")
