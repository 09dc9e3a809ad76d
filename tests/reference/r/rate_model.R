# Rates of repeated events per person: MASS::glm.nb, and Poisson with sandwich::vcovHC. Data: recurrent_*_{clients,events}.csv.
# Rscript tests/reference/r/rate_model.R > tests/reference/values/rate_model.json
suppressMessages({library(MASS); library(sandwich); library(jsonlite)})
read <- function(name) {
  d <- read.csv(sprintf("tests/reference/data/recurrent_%s_clients.csv", name)); e <- read.csv(sprintf("tests/reference/data/recurrent_%s_events.csv", name))
  d$count <- sapply(d$id, function(i) sum(e$id == i)); d[d$until > 0, ]
}
one <- function(name) {
  d <- read(name); d$years <- d$until / (365.25 / 7)
  p <- glm(count ~ arm + offset(log(years)), data = d, family = poisson, epsilon = 1e-14)
  n <- glm.nb(count ~ arm + offset(log(years)), data = d, control = glm.control(maxit = 500, epsilon = 1e-14))
  limits <- function(b, e) { h <- qt(.975, nrow(d) - 2) * e; list(coef = unname(b), error = unname(e), low = unname(b - h), high = unname(b + h), p = unname(2 * pt(-abs(b / e), nrow(d) - 2))) }
  list(data = name, n = nrow(d), events = sum(d$count), pearson = sum(residuals(p, "pearson")^2) / p$df.residual, alpha = 1 / n$theta,
       poisson = limits(coef(p), sqrt(diag(vcovHC(p, type = "HC3")))), negative_binomial = limits(coef(n), sqrt(diag(vcov(n)))))
}
cat(toJSON(list(program = paste(R.version.string, "MASS", packageVersion("MASS"), "sandwich", packageVersion("sandwich")),
                cases = lapply(c("bladder1", "bladder2", "cgd_days", "rhdnase"), one)), digits = I(15), auto_unbox = TRUE), "\n")
