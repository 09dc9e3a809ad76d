# Cox models with exact ties, their AIC and BIC, and concordance of the linear predictor: survival::coxph, concordance.
# Rscript tests/reference/r/cox_more.R > tests/reference/values/cox_more.json   (data: tests/reference/r/cox_data.R, and Rossi's from lifelines)
suppressMessages({library(survival); library(jsonlite)})
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
case <- function(data, time, event, x, entry = NULL, strata = NULL, cluster = NULL, exact = TRUE)
  list(data = data, time = time, event = event, x = I(x), entry = entry, strata = strata, cluster = cluster, exact = exact)
cases <- list(
  case("rossi", "week", "arrest", c("fin", "age", "race", "wexp", "mar", "paro", "prio"), cluster = "prio"),
  case("rossi", "week", "arrest", "fin", strata = "race"),
  case("lung", "month", "event", c("age", "sex", "ecog"), entry = "entry", cluster = "inst", exact = FALSE),
  case("lung", "month", "event", "sex"),
  case("veteran", "month", "event", c("trt", "karno", "age", "prior"), strata = "cell"),
  case("ovarian", "time", "event", c("age", "rx")),
  case("colon", "week", "event", c("lev", "lev5fu", "obstruct"), strata = "differ", cluster = "nodes"),
  case("colon", "week", "event", c("lev", "lev5fu", "age", "nodes")),
  case("bladder2", "stop", "event", c("rx", "number", "size"), entry = "start", cluster = "id", exact = FALSE),
  case("heart", "stop", "event", c("age", "year", "surgery", "transplant"), entry = "start", cluster = "id"))
run <- function(k) {
  d <- read.csv(file.path("tests/reference/data", paste0(k$data, ".csv")))
  left <- if (is.null(k$entry)) sprintf("Surv(%s, %s)", k$time, k$event) else sprintf("Surv(%s, %s, %s)", k$entry, k$time, k$event)
  right <- paste(c(k$x, if (!is.null(k$strata)) sprintf("strata(%s)", k$strata)), collapse = " + ")
  f <- as.formula(paste(left, "~", right))
  fit <- coxph(f, d, control = tight)
  exact <- if (k$exact) coxph(f, d, ties = "exact", control = tight)  # with late entry R goes over every set of people
  risk <- drop(as.matrix(d[k$x]) %*% coef(fit))
  g <- as.formula(paste(left, "~ risk", if (!is.null(k$strata)) sprintf("+ strata(%s)", k$strata)))
  found <- concordance(g, d, reverse = TRUE, timefix = FALSE)
  by <- if (is.null(k$cluster)) NULL else concordance(g, d, reverse = TRUE, cluster = d[[k$cluster]], timefix = FALSE)
  counts <- if (is.matrix(found$count)) colSums(found$count) else found$count
  c(k, list(aic = AIC(fit), bic = BIC(fit), coef = unname(coef(fit)),
            exact_coef = if (k$exact) unname(coef(exact)), exact_se = if (k$exact) unname(sqrt(diag(exact$var))),
            exact_loglik = exact$loglik, exact_score = exact$score, exact_aic = if (k$exact) 2 * length(k$x) - 2 * exact$loglik[2],
            concordance = unname(found$concordance), concordance_se = sqrt(unname(found$var)), count = unname(counts),
            clustered_se = if (is.null(by)) NULL else sqrt(unname(by$var))))
}
cat(toJSON(list(program = R.version.string, packages = list(survival = as.character(packageVersion("survival"))),
                cases = lapply(cases, run)), digits = I(17), auto_unbox = TRUE, null = "null", na = "null"), "\n")
