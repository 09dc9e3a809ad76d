# Generalised estimating equations: geepack::geese (exchangeable, converged), the Mancl-DeRouen sandwich written out client by client.
# Rscript tests/reference/r/gee.R   (from the project root; data written by mixed_model.R)
suppressMessages({library(geepack); library(jsonlite)})
one <- function(data, fixed) {
  frame <- read.csv(file.path("tests/reference/data", paste0(data, ".csv")))
  frame <- frame[complete.cases(frame), ]
  frame <- frame[order(frame$subject), ]
  fit <- geese(as.formula(fixed), id = subject, data = frame, corstr = "exchangeable",
               control = geese.control(epsilon = 1e-13, maxit = 1000))
  X <- model.matrix(as.formula(fixed), frame); b <- fit$beta; r <- frame$score - X %*% b
  groups <- split(seq_len(nrow(frame)), frame$subject)
  V <- function(n) fit$gamma * ((1 - fit$alpha) * diag(n) + fit$alpha)
  A <- Reduce(`+`, lapply(groups, function(i) t(X[i, , drop = FALSE]) %*% solve(V(length(i))) %*% X[i, , drop = FALSE]))
  meat <- Reduce(`+`, lapply(groups, function(i) {
    x <- X[i, , drop = FALSE]; W <- solve(V(length(i)))
    H <- x %*% solve(A) %*% t(x) %*% W
    u <- t(x) %*% W %*% solve(diag(length(i)) - H, r[i])
    u %*% t(u)
  }))
  list(data = data, fixed = fixed, coefficients = unname(b), sandwich = unname(fit$vbeta), alpha = unname(fit$alpha),
       scale = unname(fit$gamma), corrected = unname(solve(A) %*% meat %*% solve(A)))
}
cases <- list(one("mixed_fireworks", "score ~ factor(moment) * cbt"),
              one("mixed_beat_the_blues", "score ~ pre + month * treated"),
              one("mixed_orthodont", "score ~ month * treated"),
              one("mixed_sleepstudy", "score ~ month"))
write(toJSON(list(program = R.version.string, packages = list(geepack = as.character(packageVersion("geepack"))), cases = cases),
             digits = NA, auto_unbox = TRUE), "tests/reference/values/gee.json")
