# Cox models, cox.zph, predicted curves: survival::coxph, cox.zph, survfit.
# Rscript tests/reference/r/cox.R > tests/reference/values/cox.json   (data: tests/reference/r/cox_data.R, and Rossi's from lifelines)
suppressMessages({library(survival); library(jsonlite)})
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
case <- function(data, time, event, x, entry = NULL, strata = NULL, cluster = NULL, ties = "efron")
  list(data = data, time = time, event = event, x = I(x), entry = entry, strata = strata, cluster = cluster, ties = ties)
rossi_x <- c("fin", "age", "race", "wexp", "mar", "paro", "prio")
cases <- list(
  case("rossi", "week", "arrest", rossi_x),
  case("rossi", "week", "arrest", rossi_x, ties = "breslow"),
  case("rossi", "week", "arrest", c("fin", "age", "prio"), strata = "race", cluster = "prio"),
  case("lung", "time", "event", c("age", "sex", "ecog"), cluster = "inst"),
  case("lung", "month", "event", c("age", "sex", "ecog"), entry = "entry", cluster = "inst"),
  case("lung", "month", "event", c("age", "ecog"), entry = "entry", strata = "sex", cluster = "inst", ties = "breslow"),
  case("veteran", "month", "event", c("trt", "karno", "age", "prior"), strata = "cell"),
  case("veteran", "time", "event", c("trt", "karno", "squamous", "small", "adeno")),
  case("ovarian", "time", "event", c("age", "rx")),
  case("colon", "quarter", "event", c("lev", "lev5fu", "age", "nodes", "obstruct"), strata = "differ"),
  case("colon", "week", "event", c("lev", "lev5fu", "age", "nodes", "obstruct"), cluster = "nodes"),
  case("heart", "stop", "event", c("age", "year", "surgery", "transplant"), entry = "start", cluster = "id"),
  case("bladder2", "stop", "event", c("rx", "number", "size"), entry = "start", cluster = "id"),
  case("bladder2", "stop", "event", c("rx", "number", "size"), entry = "start", cluster = "id", ties = "breslow"))
run <- function(k) {
  d <- read.csv(file.path("tests/reference/data", paste0(k$data, ".csv")))
  left <- if (is.null(k$entry)) sprintf("Surv(%s, %s)", k$time, k$event) else sprintf("Surv(%s, %s, %s)", k$entry, k$time, k$event)
  right <- paste(c(k$x, if (!is.null(k$strata)) sprintf("strata(%s)", k$strata)), collapse = " + ")
  f <- as.formula(paste(left, "~", right))
  fit <- suppressWarnings(coxph(f, d, ties = k$ties, control = tight, x = TRUE, y = TRUE))
  rob <- suppressWarnings(if (is.null(k$cluster)) coxph(f, d, ties = k$ties, control = tight, cluster = seq_len(nrow(d)))
                          else eval(bquote(coxph(f, d, ties = k$ties, control = tight, cluster = .(as.name(k$cluster))))))
  s <- summary(rob)
  zph <- lapply(c("km", "rank", "identity", "log"), function(tr) {
    if (tr == "log" && min(d[[k$time]][d[[k$event]] == 1]) <= 0) return(NULL)
    z <- cox.zph(fit, transform = tr, terms = FALSE)$table
    list(transform = tr, chisq = unname(z[, 1]), p = unname(z[, 3])) })
  profile <- as.list(round(sapply(d[k$x], median) + 0.5, 2))
  new <- as.data.frame(profile)
  if (!is.null(k$strata)) new[[k$strata]] <- d[[k$strata]][1]
  curve <- lapply(c("log", "log-log", "plain"), function(type) {
    sf <- survfit(fit, newdata = new, conf.type = type)
    j <- sf$n.event > 0
    list(interval = type, time = sf$time[j], surv = sf$surv[j], se = sf$std.err[j], low = sf$lower[j], high = sf$upper[j]) })
  rsf <- survfit(rob, newdata = new)
  c(k, list(coef = unname(coef(fit)), se = unname(sqrt(diag(fit$var))), robust_var = unname(rob$var), loglik = fit$loglik,
            score = fit$score, wald = unname(fit$wald.test), robust_wald = unname(rob$wald.test),
            p = unname(s$coefficients[, "Pr(>|z|)"]), low = unname(s$conf.int[, 3]), high = unname(s$conf.int[, 4]),
            zph = Filter(Negate(is.null), zph), profile = unname(unlist(profile)), stratum = if (is.null(k$strata)) NULL else d[[k$strata]][1],
            curve = curve, robust_curve_se = rsf$std.err[rsf$n.event > 0]))
}
versions <- paste(R.version.string, "survival", packageVersion("survival"))
cat(toJSON(list(program = versions, cases = lapply(cases, run)), digits = I(17), auto_unbox = TRUE, null = "null", na = "null"), "\n")
