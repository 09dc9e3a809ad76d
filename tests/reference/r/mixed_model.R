# Mixed models: lme4::lmer, Satterthwaite by lmerTest, Kenward-Roger by pbkrtest. Writes the data used beside the values.
# Rscript tests/reference/r/mixed_model.R DIRECTORY_WITH_beat_the_blues.csv_AND_fireworks.csv   (from the project root)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
source_folder <- commandArgs(trailingOnly = TRUE)[1]
data_folder <- "tests/reference/data"
btb <- read.csv(file.path(source_folder, "beat_the_blues.csv"))
moments <- c(2, 3, 5, 8)
long <- do.call(rbind, lapply(moments, function(m) data.frame(
  subject = btb$subject, drug = as.numeric(btb$drug == "Yes"), long_episode = as.numeric(btb$length == ">6m"),
  treated = as.numeric(btb$treatment == "BtheB"), pre = btb$bdi.pre, month = m, score = btb[[paste0("bdi.", m, "m")]])))
fire <- read.csv(file.path(source_folder, "fireworks.csv"))
props <- do.call(rbind, lapply(1:3, function(m) data.frame(
  subject = fire$id, cbt = as.numeric(fire$trt == "C"), moment = m, score = fire[[paste0("prop", m)]])))
sleep <- data.frame(subject = as.integer(as.character(sleepstudy$Subject)), month = sleepstudy$Days, score = sleepstudy$Reaction)
data(Orthodont, package = "nlme")
ortho <- data.frame(subject = as.integer(factor(as.character(Orthodont$Subject))), month = Orthodont$age,
                    treated = as.numeric(Orthodont$Sex == "Female"), score = Orthodont$distance)
# a variance of exactly zero, and a correlation of exactly one
flat <- data.frame(subject = rep(1:6, each = 4), month = rep(0:3, 6),
                   score = c(3, 5, 4, 9, 5, 3, 6, 7, 2, 6, 7, 6, 4, 4, 8, 6, 6, 2, 5, 8, 4, 5, 5, 8))
grow <- data.frame(subject = rep(1:5, each = 4), month = rep(0:3, 5),
                   score = c(5, 6.2, 6.8, 8.1, 5.3, 7.1, 9.4, 11.2, 4.8, 5.2, 4.9, 5.1, 5.6, 9.0, 11.7, 15.2, 5.1, 6.4, 9.1, 9.7))
write.csv(long, file.path(data_folder, "mixed_beat_the_blues.csv"), row.names = FALSE)
write.csv(props, file.path(data_folder, "mixed_fireworks.csv"), row.names = FALSE)
write.csv(sleep, file.path(data_folder, "mixed_sleepstudy.csv"), row.names = FALSE)
write.csv(ortho, file.path(data_folder, "mixed_orthodont.csv"), row.names = FALSE)
write.csv(flat, file.path(data_folder, "mixed_flat.csv"), row.names = FALSE)
write.csv(grow, file.path(data_folder, "mixed_grow.csv"), row.names = FALSE)

models <- list(
  list(data = "mixed_sleepstudy", fixed = "score ~ month", slope = FALSE),
  list(data = "mixed_sleepstudy", fixed = "score ~ month", slope = TRUE),
  list(data = "mixed_orthodont", fixed = "score ~ month * treated", slope = TRUE),
  list(data = "mixed_orthodont", fixed = "score ~ month * treated", slope = FALSE),
  list(data = "mixed_beat_the_blues", fixed = "score ~ pre + month + treated + drug + long_episode", slope = FALSE),
  list(data = "mixed_beat_the_blues", fixed = "score ~ pre + month * treated", slope = TRUE),
  list(data = "mixed_fireworks", fixed = "score ~ factor(moment) * cbt", slope = FALSE),
  list(data = "mixed_flat", fixed = "score ~ month", slope = FALSE),
  list(data = "mixed_grow", fixed = "score ~ month", slope = TRUE))
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e6),
                     check.conv.grad = "ignore", check.conv.hess = "ignore", calc.derivs = FALSE,
                     check.conv.singular = "ignore")
one <- function(model, reml) {
  frame <- read.csv(file.path(data_folder, paste0(model$data, ".csv")))
  formula <- as.formula(paste(model$fixed, if (model$slope) "+ (month | subject)" else "+ (1 | subject)"))
  environment(formula) <- environment()
  fit <- suppressWarnings(lmerTest::lmer(formula, frame, REML = reml, control = tight))
  # nloptwrap polishes; keep the better optimum
  other <- suppressWarnings(lmerTest::lmer(formula, frame, REML = reml, control = lmerControl(
    optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-13, ftol_abs = 1e-14, maxeval = 1e5),
    check.conv.grad = "ignore", check.conv.hess = "ignore", calc.derivs = FALSE, check.conv.singular = "ignore"),
    start = getME(fit, "theta")))
  if (logLik(other) > logLik(fit)) fit <- other
  p <- length(fixef(fit))
  satterthwaite <- suppressWarnings(sapply(seq_len(p), function(j) contest1D(fit, diag(p)[j, ])[["df"]]))
  kr <- NULL
  if (reml) {
    plain <- as(fit, "lmerMod")
    adjusted <- vcovAdj(plain)
    kr <- list(se = sqrt(diag(as.matrix(adjusted))),
               df = sapply(seq_len(p), function(j) Lb_ddf(diag(p)[j, ], vcov(plain), adjusted)))
  }
  list(data = model$data, fixed = model$fixed, slope = model$slope, reml = reml, coefficients = unname(fixef(fit)),
       covariance = unname(as.matrix(vcov(fit))), random = unname(as.matrix(VarCorr(fit)$subject))[, , drop = TRUE],
       residual = sigma(fit)^2, log_likelihood = as.numeric(logLik(fit)), singular = isSingular(fit),
       satterthwaite = satterthwaite, kenward_roger = kr, X = unname(model.matrix(fit)))
}
cases <- unlist(lapply(models, function(m) list(one(m, TRUE), one(m, FALSE))), recursive = FALSE)
versions <- sapply(c("lme4", "lmerTest", "pbkrtest"), function(p) as.character(packageVersion(p)))
write(toJSON(list(program = R.version.string, packages = as.list(versions), cases = lapply(cases, function(x) x[names(x) != "X"])),
             digits = NA, auto_unbox = TRUE, null = "null", pretty = FALSE), "tests/reference/values/mixed_model.json")
