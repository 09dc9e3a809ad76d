# Over time: what the analysis `over_time` must say of the examples, by lme4 with Kenward-Roger (pbkrtest through lmerTest) and
# geepack. Weeks and sessions are added by rule, as the test adds them.   Rscript tests/reference/r/over_time.R   (from the project root)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(geepack); library(jsonlite)})
folder <- "evaluation/examples/data"
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e6), calc.derivs = FALSE,
                     check.conv.grad = "ignore", check.conv.hess = "ignore", check.conv.singular = "ignore")
long <- function(frame, columns, moments, weeks, arm, id) do.call(rbind, lapply(seq_along(columns), function(k) data.frame(
  id = frame[[id]], arm = arm, moment = moments[k], week = weeks[k] + (frame[[id]] %% 3) * (k > 1), score = frame[[columns[k]]],
  sessions = frame[[id]] %% 7 + 1)))
btb <- read.csv(file.path(folder, "beat_the_blues.csv"))
moments <- c("baseline", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m")
btb_long <- long(btb, c("bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m"), moments, c(0, 9, 13, 22, 35),
                 ifelse(btb$treatment == "BtheB", "beat-the-blues", "usual-care"), "subject")
fire <- read.csv(file.path(folder, "fireworks.csv"))
fire_long <- long(fire, c("prop1", "prop2", "prop3"), c("baseline", "end", "follow_up_3m"), c(0, 9, 21),
                  ifelse(fire$trt == "C", "cbt", "emdr"), "id")
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- list(...)
say <- function(fit, L, ...) {
  k <- contest1D(fit, L, ddf = "Kenward-Roger")
  add(..., estimate = k$Estimate, std_error = k[["Std. Error"]], df = k$df, p = k[["Pr(>|t|)"]])
}
walk <- function(example, outcome, d, arms, slope) {
  d <- d[!is.na(d$score), ]; levels <- unique(d$moment); d$moment <- factor(d$moment, levels = levels)
  d$order <- as.numeric(d$moment) - 1
  random <- c(none = " + (1 | id)", week = " + (week | id)", order = " + (order | id)")[[slope]]
  base <- list(example = example, outcome = outcome, slope = slope)
  put <- function(fit, L, measure, arm, time) do.call(say, c(list(fit, L), base, list(measure = measure, arm = arm, time = time)))
  d$cell <- interaction(d$arm, d$moment, drop = TRUE)
  one <- lmer(as.formula(paste("score ~ 0 + moment", random)), d, control = tight)
  two <- lmer(as.formula(paste("score ~ 0 + cell", random)), d, control = tight)
  unit <- function(fit, name) as.numeric(names(fixef(fit)) == name)
  for (m in levels[-1]) {
    put(one, unit(one, paste0("moment", m)) - unit(one, "momentbaseline"), "mixed_change", "all", m)
    ch <- lapply(arms, function(a) unit(two, paste0("cell", a, ".", m)) - unit(two, paste0("cell", a, ".baseline")))
    for (k in 1:2) put(two, ch[[k]], "mixed_change", arms[k], m)
    put(two, ch[[1]] - ch[[2]], "mixed_change", paste(arms, collapse = " - "), m)
  }
  if (slope == "week") {
    line <- lmer(score ~ week + (week | id), d, control = tight)
    put(line, c(0, 1), "mixed_slope", "all", "")
    d$first <- as.numeric(d$arm == arms[1])
    lines <- lmer(score ~ first * week + (week | id), d, control = tight)
    put(lines, c(0, 0, 1, 1), "mixed_slope", arms[1], "")
    put(lines, c(0, 0, 1, 0), "mixed_slope", arms[2], "")
    put(lines, c(0, 0, 0, 1), "mixed_slope", paste(arms, collapse = " - "), "")
  }
  dose <- lmer(as.formula(paste("score ~ arm * moment + sessions * moment", random)), d, control = tight)
  for (m in levels[-1]) put(dose, as.numeric(names(fixef(dose)) == paste0("moment", m, ":sessions")), "mixed_dose", "all", m)
  d <- d[order(d$id), ]
  g <- geese(score ~ 0 + moment, id = id, data = d, corstr = "exchangeable", control = geese.control(epsilon = 1e-13, maxit = 1000))
  for (k in 2:length(levels)) add(example = example, outcome = outcome, slope = slope, measure = "gee_change", arm = "all",
                                  time = as.character(levels[k]), estimate = unname(g$beta[k] - g$beta[1]))
}
walk("beat-the-blues", "bdi-ii:self", btb_long, c("beat-the-blues", "usual-care"), "none")
walk("beat-the-blues", "bdi-ii:self", btb_long, c("beat-the-blues", "usual-care"), "week")
walk("beat-the-blues", "bdi-ii:self", btb_long, c("beat-the-blues", "usual-care"), "order")
walk("fireworks", "props:parent", fire_long, c("emdr", "cbt"), "none")
versions <- sapply(c("lme4", "lmerTest", "pbkrtest", "geepack"), function(p) as.character(packageVersion(p)))
write(toJSON(list(program = R.version.string, packages = as.list(versions), rows = rows), digits = NA, auto_unbox = TRUE),
      "tests/reference/values/over_time.json")
