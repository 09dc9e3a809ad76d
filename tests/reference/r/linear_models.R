# Linear and logistic models: stats, sandwich (vcovHC, vcovCL), clubSandwich (CR2, Satterthwaite), p.adjust.
# Rscript tests/reference/r/linear_models.R   (from the project's root)
suppressMessages({library(jsonlite); library(sandwich); library(clubSandwich)})
data <- "evaluation/contract/examples/data/"
a <- read.csv(paste0(data, "anorexia.csv")); f <- read.csv(paste0(data, "fireworks.csv")); b <- read.csv(paste0(data, "beat_the_blues.csv"))
models <- list()
add <- function(name, response, columns, cluster) {
  ok <- complete.cases(response, columns, cluster); y <- response[ok]; x <- as.matrix(columns[ok, , drop = FALSE]); g <- cluster[ok]
  fit <- lm(y ~ x); k <- seq_len(ncol(x) + 1); bare <- function(m) { m <- as.matrix(m); dimnames(m) <- NULL; attributes(m) <- attributes(m)["dim"]; m }
  hc <- lapply(c("const", "HC0", "HC1", "HC2", "HC3"), function(type) bare(vcovHC(fit, type)))
  names(hc) <- c("classical", "HC0", "HC1", "HC2", "HC3")
  hc$cluster <- bare(vcovCL(fit, cluster = g, type = "HC1", cadjust = TRUE))
  small <- coef_test(fit, vcov = "CR2", cluster = g, test = "Satterthwaite")
  t <- function(v, df) { s <- sqrt(diag(v)); cbind(unname(coef(fit)) - qt(.975, df) * s, unname(coef(fit)) + qt(.975, df) * s) }
  models[[length(models) + 1]] <<- list(name = name, response = y, columns = unname(x), cluster = g, coefficients = unname(coef(fit)),
    covariance = hc, df = fit$df.residual, limits = lapply(hc[-6], t, fit$df.residual), clusters = length(unique(g)),
    cluster_limits = t(hc$cluster, length(unique(g)) - 1), cr2 = small$SE, cr2_df = small$df_Satt, cr2_p = small$p_Satt)
}
add("anorexia", a$Postwt, data.frame(a$Treat == "FT", a$Prewt), (seq_len(nrow(a)) * 7) %% 5)
add("fireworks", f$prop2, data.frame(f$trt == "E", f$prop1, f$sex == "M"), pmin(f$id %/% 6, 5))
B1 <- b$treatment == "BtheB"
add("beat the blues", b$bdi.2m, data.frame(B1, b$bdi.pre, b$drug == "Yes", b$length == ">6m"), b$subject %% 9)
# a mean with everyone in one of four providers of very different size
one <- list(response = a$Postwt - a$Prewt, cluster = rep(1:4, c(30, 25, 12, 5)))
fit <- lm(one$response ~ 1); small <- coef_test(fit, vcov = "CR2", cluster = one$cluster, test = "Satterthwaite")
mean_cr2 <- c(one, list(estimate = unname(coef(fit)), error = small$SE, df = small$df_Satt, p = small$p_Satt))

# g with errors by cluster: each person's influence as a numerical derivative to their weight, its mean by CR2
clustered <- list()
g_by_cluster <- function(name, x, y, cluster) {
  n <- length(x); J <- exp(lgamma((n - 1) / 2) - log(sqrt((n - 1) / 2)) - lgamma((n - 2) / 2))
  theta <- function(w) { m <- sum(w * x) / sum(w); J * (sum(w * (y - x)) / sum(w)) / sqrt(sum(w * (x - m)^2) / sum(w) * n / (n - 1)) }
  influence <- sapply(seq_len(n), function(i) { h <- 1e-4; up <- down <- rep(1, n); up[i] <- 1 + h; down[i] <- 1 - h
    n * (theta(up) - theta(down)) / (2 * h) })
  small <- function(v) coef_test(lm(v ~ 1), vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  s <- small(influence); c <- small(y - x)
  clustered[[length(clustered) + 1]] <<- list(name = name, before = x, later = y, cluster = cluster, g = theta(rep(1, n)), error = s$SE, df = s$df_Satt,
    change = mean(y - x), change_error = c$SE, change_df = c$df_Satt, change_p = c$p_Satt)
}
g_by_cluster("anorexia, four providers", a$Prewt, a$Postwt, rep(1:4, c(30, 25, 12, 5)))
ok <- !is.na(f$prop1) & !is.na(f$prop2); g_by_cluster("fireworks, two providers", f$prop1[ok], f$prop2[ok], f$id[ok] %% 3 %% 2)
ok <- !is.na(b$bdi.2m); g_by_cluster("beat the blues, nine providers", b$bdi.pre[ok], b$bdi.2m[ok], b$subject[ok] %% 9)

logistic <- list()
logit <- function(name, y, columns) {
  ok <- complete.cases(y, columns); y <- as.numeric(y[ok]); x <- as.matrix(columns[ok, , drop = FALSE])
  fit <- glm(y ~ x, family = binomial, control = glm.control(epsilon = 1e-15, maxit = 100)); s <- summary(fit)
  ci <- confint.default(fit)
  logistic[[length(logistic) + 1]] <<- list(name = name, response = y, columns = unname(x), coefficients = unname(coef(fit)),
    covariance = unname(vcov(fit)), p = unname(s$coefficients[, 4]), limits = unname(ci))
}
logit("who left before 8 months", is.na(b$bdi.8m), data.frame(B1, b$bdi.pre, b$length == ">6m"))
logit("gained weight", a$Postwt > a$Prewt, data.frame(a$Treat == "FT", a$Treat == "CBT", a$Prewt))

p <- c(.01, .04, .03, NA, .2, .0004, .03, .9)
adjusted <- lapply(c(holm = "holm", bonferroni = "bonferroni", benjamini_hochberg = "BH"), function(m) p.adjust(p, m))
write(toJSON(list(program = R.version.string, packages = list(sandwich = as.character(packageVersion("sandwich")),
  clubSandwich = as.character(packageVersion("clubSandwich"))), models = models, mean_cr2 = mean_cr2, clustered = clustered, logistic = logistic,
  p = p, adjusted = adjusted), digits = NA, auto_unbox = TRUE, na = "null"), "tests/reference/values/linear_models.json")
