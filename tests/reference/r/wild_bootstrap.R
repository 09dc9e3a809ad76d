# The restricted wild cluster bootstrap-t by its definition: every pattern of signs, lm refitted for each.   Rscript wild_bootstrap.R > ../values/wild_bootstrap.json
suppressMessages({library(MASS); library(nlme); library(jsonlite)})
d <- as.data.frame(nlme::Orthodont); d$child <- as.integer(d$Subject); d <- d[d$child %in% c(1:4, 17:20), ]; d$girl <- as.integer(d$Sex == "Female"); d$place <- as.integer(factor(d$child))
tstat <- function(y, X, cl, j, b0) { f <- lm.fit(X, y); e <- f$residuals; B <- solve(crossprod(X)); S <- Reduce(`+`, lapply(unique(cl), function(g) { s <- crossprod(X[cl == g, , drop = FALSE], e[cl == g]); s %*% t(s) })); V <- B %*% S %*% B; (f$coefficients[j] - b0) / sqrt(V[j, j]) }
pboot <- function(y, X, cl, j, b0) { t0 <- tstat(y, X, cl, j, b0); r <- lm.fit(X[, -j, drop = FALSE], y - b0 * X[, j]); fit <- b0 * X[, j] + r$fitted.values
  G <- max(cl); w <- as.matrix(expand.grid(rep(list(c(-1, 1)), G))); t <- apply(w, 1, function(s) tstat(fit + r$residuals * s[cl], X, cl, j, b0)); c(t = unname(t0), p = mean(abs(t) >= abs(t0) * (1 - 1e-9), na.rm = TRUE)) }
X <- cbind(1, d$age - 11, d$girl); out <- list(data = list(y = d$distance, age = d$age - 11, girl = d$girl, place = d$place))
for (b0 in c(0, 0.5, 0.75)) out[[paste0("age_", b0)]] <- as.list(pboot(d$distance, X, d$place, 2, b0))
out$girl_0 <- as.list(pboot(d$distance, X, d$place, 3, 0))
cat(toJSON(out, digits = NA, auto_unbox = TRUE))
