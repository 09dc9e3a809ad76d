# The numbers of `evaluation run --internal` on the examples, from R: metafor::escalc, t.test, cor.test, lm, survival::survfit and survdiff.
# Rscript tests/reference/r/road.R > tests/reference/values/road.json   (from the project's root; rossi.csv is lifelines' file)
suppressMessages({library(jsonlite); library(metafor); library(survival)})
rows <- list()
add <- function(example, outcome, time, arm, measure, estimate, low = NA, high = NA, p = NA, n = NA)
  rows[[length(rows) + 1]] <<- list(example = example, outcome = outcome, time = time, arm = arm, measure = measure,
                                    estimate = estimate, low = low, high = high, p = p, n = n)

change <- function(example, outcome, time, arm, pre, post, sign) {
  ok <- !is.na(pre) & !is.na(post); pre <- pre[ok]; post <- post[ok]; n <- length(pre)
  put <- function(...) add(example, outcome, time, arm, ..., n = n)
  put("n_pairs", n)
  a <- t.test(pre); put("mean_baseline", unname(a$estimate), a$conf.int[1], a$conf.int[2])
  b <- t.test(post); put("mean_later", unname(b$estimate), b$conf.int[1], b$conf.int[2])
  put("sd_baseline", sd(pre)); put("sd_later", sd(post))
  r <- cor.test(pre, post); put("correlation", unname(r$estimate), r$conf.int[1], r$conf.int[2])
  d <- t.test(post, pre, paired = TRUE); put("mean_change", unname(d$estimate), d$conf.int[1], d$conf.int[2], d$p.value)
  # SMCR standardises (m1 - m2) by sd1; m1 must be the later score, sd1 the SD at baseline
  g <- escalc("SMCR", m1i = sign * mean(post), m2i = sign * mean(pre), sd1i = sd(pre), ni = n, ri = cor(pre, post))
  z <- qnorm(.975)
  put("g", as.numeric(g$yi), as.numeric(g$yi) - z * sqrt(g$vi), as.numeric(g$yi) + z * sqrt(g$vi))
  s <- sqrt((var(pre) + var(post)) / 2); dav <- sign * (mean(post) - mean(pre)) / s
  v <- 2 * (1 - cor(pre, post)) / n + dav^2 * (1 + cor(pre, post)^2) / (4 * n)
  put("d_av", dav, dav - z * sqrt(v), dav + z * sqrt(v))
}
ancova <- function(example, outcome, time, arms, arm, pre, post) {
  f <- lm(post ~ pre + I(arm == arms[1]), subset = arm %in% arms)
  k <- summary(f)$coefficients[3, ]; i <- confint(f)[3, ]
  add(example, outcome, time, paste(arms, collapse = " - "), "adjusted_difference", unname(k[1]), i[[1]], i[[2]], unname(k[4]), nobs(f))
}
each <- function(example, outcome, time, arm, pre, post, sign, arms) {
  change(example, outcome, time, "all", pre, post, sign)
  for (a in sort(unique(arm))) change(example, outcome, time, a, pre[arm == a], post[arm == a], sign)
  ancova(example, outcome, time, arms, arm, pre, post)
}
data <- "evaluation/examples/data/"
f <- read.csv(paste0(data, "fireworks.csv")); arm <- ifelse(f$trt == "E", "emdr", "cbt")
for (q in list(c("prop", "props:parent"), c("crop", "crops:self"), c("yp", "ucla-ptsd-ri:parent"), c("yc", "ucla-ptsd-ri:self")))
  for (m in list(c("2", "end"), c("3", "follow_up_3m")))
    each("fireworks", q[2], m[2], arm, f[[paste0(q[1], 1)]], f[[paste0(q[1], m[1])]], -1, c("emdr", "cbt"))
a <- read.csv(paste0(data, "anorexia.csv")); arm <- c(CBT = "cbt", FT = "family-therapy", Cont = "control")[a$Treat]
each("anorexia", "body-weight:professional", "end", unname(arm), a$Prewt, a$Postwt, 1, c("family-therapy", "control"))
b <- read.csv(paste0(data, "beat_the_blues.csv")); arm <- ifelse(b$treatment == "BtheB", "beat-the-blues", "usual-care")
for (m in list(c("2m", "end"), c("3m", "follow_up_1m"), c("5m", "follow_up_3m"), c("8m", "follow_up_6m")))
  each("beat-the-blues", "bdi-ii:self", m[2], arm, b$bdi.pre, b[[paste0("bdi.", m[1])]], -1, c("beat-the-blues", "usual-care"))

r <- read.csv("tests/reference/data/rossi.csv"); r$arm <- ifelse(r$fin == 1, "aid", "no-aid")
km <- function(name, d) {
  s <- survfit(Surv(week, arrest) ~ 1, data = d, conf.type = "log-log")
  for (w in c(8, 26, 40, 52)) {
    x <- summary(s, times = w)
    add("rossi", "arrest", as.character(w), name, "survival", x$surv, x$lower, x$upper, n = s$n)
    add("rossi", "arrest", as.character(w), name, "at_risk", sum(d$week >= w), n = s$n)
    add("rossi", "arrest", as.character(w), name, "events", sum(d$arrest[d$week <= w]), n = s$n)
  }
  m <- summary(s, rmean = 52)$table
  z <- qnorm(.975)
  add("rossi", "arrest", "52", name, "restricted_mean_weeks", m[["rmean"]], m[["rmean"]] - z * m[["se(rmean)"]],
      m[["rmean"]] + z * m[["se(rmean)"]], n = s$n)
  list(s = s, rmean = m[["rmean"]], se = m[["se(rmean)"]])
}
invisible(km("all", r)); x <- km("aid", r[r$fin == 1, ]); y <- km("no-aid", r[r$fin == 0, ]); z <- qnorm(.975)
d <- x$rmean - y$rmean; se <- sqrt(x$se^2 + y$se^2)
add("rossi", "arrest", "52", "aid - no-aid", "restricted_mean_difference", d, d - z * se, d + z * se, 2 * pnorm(-abs(d / se)), 432)
for (w in c(26, 52)) {
  p <- summary(x$s, times = w); q <- summary(y$s, times = w)
  d <- p$surv - q$surv; se <- sqrt(p$std.err^2 + q$std.err^2)
  add("rossi", "arrest", as.character(w), "aid - no-aid", "survival_difference", d, d - z * se, d + z * se, 2 * pnorm(-abs(d / se)), 432)
}
t <- survdiff(Surv(week, arrest) ~ arm, data = r)
add("rossi", "arrest", "", "aid - no-aid", "log_rank_chi2", t$chisq, p = pchisq(t$chisq, 1, lower.tail = FALSE), n = 432)
cat(toJSON(list(program = R.version.string, metafor = as.character(packageVersion("metafor")),
                survival = as.character(packageVersion("survival")), rows = rows), digits = NA, auto_unbox = TRUE, na = "null"), "\n")
