# Published studies as submissions, and what other programs make of them: every set is a whole run of `evaluation run --internal`.
# Rscript tests/reference/r/whole_runs.R > tests/reference/values/whole_runs.json
suppressMessages({library(jsonlite); library(survival); library(cmprsk); library(metafor); library(sandwich); library(coin); library(lme4)
  library(lmerTest); library(MASS)})
data(cgd, package = "survival"); z <- qnorm(.975); sets <- list(); rows <- list(); now <- ""
add <- function(analysis, measure, arm, time = "", subgroup = "", estimate, low = NA, high = NA, p = NA)
  rows[[length(rows) + 1]] <<- list(set = now, analysis = analysis, measure = measure, arm = arm, time = as.character(time), subgroup = subgroup,
                                    estimate = unname(estimate), low = unname(low), high = unname(high), p = unname(p))
wald <- function(analysis, measure, arm, time, subgroup, estimate, se, log = FALSE)
  if (log) add(analysis, measure, arm, time, subgroup, estimate, estimate * exp(-z * se / estimate), estimate * exp(z * se / estimate), 2 * pnorm(-abs(log(estimate)) / (se / estimate))) else
           add(analysis, measure, arm, time, subgroup, estimate, estimate - z * se, estimate + z * se, 2 * pnorm(-abs(estimate) / se))
student <- function(analysis, measure, arm, time, subgroup, estimate, se, df)
  add(analysis, measure, arm, time, subgroup, estimate, estimate - qt(.975, df) * se, estimate + qt(.975, df) * se, 2 * pt(-abs(estimate / se), df))
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
survival_study <- function(name, d, pair, horizons, tau) { # week, event, arm, perhaps entry; covariates gender and setting
  now <<- name; d <- d[complete.cases(d), ]; sets[[name]] <<- c(list(kind = "survival", pair = pair, horizons = horizons, tau = tau), as.list(d))
  late <- !is.null(d$entry); y <- if (late) Surv(d$entry, d$week, d$event) else Surv(d$week, d$event)
  both <- d$arm %in% pair; first <- 1 * (d$arm == pair[1]); arms <- paste(pair, collapse = " - ")
  fit <- function(k) survfit(y[k, ] ~ 1, conf.type = "log-log", timefix = FALSE)
  for (a in c("all", sort(unique(d$arm)))) { k <- if (a == "all") rep(TRUE, nrow(d)) else d$arm == a; s <- summary(fit(k), times = horizons)
    add2 <- function(j) add("revictimisation", "survival", a, horizons[j], "", s$surv[j], s$lower[j], s$upper[j]); for (j in seq_along(horizons)) add2(j)
    weeks <- sum(d$week[k]) - if (late) sum(d$entry[k]) else 0; t <- poisson.test(sum(d$event[k]), weeks * 7 / 365.25)
    add("event_rates", "rate_per_person_year", a, "", "", t$estimate, t$conf.int[1], t$conf.int[2]) }
  one <- summary(fit(d$arm == pair[1]), times = horizons); two <- summary(fit(d$arm == pair[2]), times = horizons)
  for (j in seq_along(horizons)) { v <- one$std.err[j]^2 + two$std.err[j]^2; r <- one$surv[j] / two$surv[j]
    wald("revictimisation", "survival_difference", arms, horizons[j], "", one$surv[j] - two$surv[j], sqrt(v))
    wald("revictimisation", "survival_ratio", arms, horizons[j], "", r, r * sqrt((one$std.err[j] / one$surv[j])^2 + (two$std.err[j] / two$surv[j])^2), log = TRUE) }
  if (!late) { m <- summary(fit(d$arm == pair[1]), rmean = tau)$table; n <- summary(fit(d$arm == pair[2]), rmean = tau)$table
    wald("revictimisation", "restricted_mean_difference", arms, tau, "", m[["rmean"]] - n[["rmean"]], sqrt(m[["se(rmean)"]]^2 + n[["se(rmean)"]]^2))
    t <- survdiff(y[both, ] ~ d$arm[both]); add("revictimisation", "log_rank_chi2", arms, "", "", t$chisq, p = pchisq(t$chisq, 1, lower.tail = FALSE))
    if (length(unique(d$arm)) > 2) { t <- survdiff(y ~ d$arm); add("revictimisation", "log_rank_chi2", "all", "", "", t$chisq, p = pchisq(t$chisq, length(unique(d$arm)) - 1, lower.tail = FALSE)) }
    t <- survdiff(y[both, ] ~ d$arm[both] + strata(d$gender[both], d$setting[both]))
    add("hazards", "stratified_log_rank_chi2", arms, "", "", t$chisq, p = pchisq(t$chisq, 1, lower.tail = FALSE)) }
  g <- droplevels(data.frame(first, gender = factor(d$gender, c("girl", "boy")), setting = factor(d$setting, c("open", "closed", "crisis", "outpatient")))[both, ])
  f <- coxph(y[both, ] ~ first + gender + setting, g, control = tight); s <- summary(f); ci <- s$conf.int
  for (j in seq_len(nrow(ci))) { n <- rownames(ci)[j]; sub <- sub("^(gender|setting)", "\\1=", n)
    add("hazards", "hazard_ratio", if (j == 1) arms else "all", "", if (j == 1) "" else sub, ci[j, 1], ci[j, 3], ci[j, 4], s$coefficients[j, "Pr(>|z|)"]) }
  found <- list() # arm by category, every category against all others: people of both arms only
  for (n in c("gender", "setting")) { v <- d[[n]][both]; levels <- intersect(c("girl", "boy", "open", "closed", "crisis"), v)
    for (l in levels) { inside <- 1 * (v == l); few <- min(table(factor(inside, 0:1), first[both])) < 10 || sum(d$event[both]) < 30; if (few) next
      m <- summary(coxph(y[both, ] ~ first[both] * inside, control = tight)); ci <- m$conf.int[3, ]
      found[[length(found) + 1]] <- list(sub = paste0(n, "=", l), twin = length(levels) == 2 && l == levels[2], e = ci[1], low = ci[3], high = ci[4], p = m$coefficients[3, 5]) } }
  family <- !sapply(found, `[[`, "twin"); p <- sapply(found, `[[`, "p"); if (length(p)) p[family] <- p.adjust(p[family], "holm")
  for (j in seq_along(found)) add("event_subgroups", "interaction_hazard_ratio", arms, "", found[[j]]$sub, found[[j]]$e, found[[j]]$low, found[[j]]$high, p[[if (family[[j]]) j else j - 1]])
  h <- cox.zph(f, transform = "km", terms = TRUE)$table
  for (j in seq_len(nrow(h))) add("hazards", "ph_test_chi2", if (j == 1) arms else "all", "", if (j == 1 || j == nrow(h)) "" else rownames(h)[j], h[j, 1], p = h[j, 3])
}
cut3 <- function(x) as.character(cut(x, quantile(x, c(0, 1/3, 2/3, 1), na.rm = TRUE), c("open", "closed", "crisis"), include.lowest = TRUE))
k <- subset(colon, etype == 1); survival_study("colon", data.frame(week = ceiling(k$time / 28), event = k$status, arm = c("obs", "lev", "lev5fu")[as.integer(k$rx)],
  gender = ifelse(k$sex == 1, "boy", "girl"), setting = cut3(k$nodes + k$age / 1000)), c("lev5fu", "obs"), c(13, 26, 52), 52)
k <- subset(pbc, !is.na(trt)); survival_study("pbc", data.frame(week = ceiling(k$time / 30), event = 1 * (k$status == 2), arm = c("dpca", "placebo")[k$trt],
  gender = ifelse(k$sex == "m", "boy", "girl"), setting = cut3(k$bili)), c("dpca", "placebo"), c(26, 52, 104), 104)
survival_study("heart", local({h <- jasa1; data.frame(entry = ceiling(h$start / 7), week = pmax(ceiling(h$stop / 7), ceiling(h$start / 7) + 1), event = h$event,
  arm = ifelse(h$transplant == 1, "transplant", "waiting"), gender = ifelse(h$surgery == 1, "girl", "boy"), setting = cut3(h$age))}),
  c("transplant", "waiting"), c(13, 26), 26)
survival_study("kidney", local({k <- subset(kidney, !duplicated(id)); data.frame(week = ceiling(k$time / 7), event = k$status, arm = ifelse(k$sex == 1, "men", "women"),
  gender = ifelse(k$age > 45, "girl", "boy"), setting = ifelse(k$disease %in% c("GN", "AN"), "open", "closed"))}), c("women", "men"), c(6, 26), 40)

competing_study <- function(name, d, pair, horizons) { # week, cause (0, 1, 2 ended by death, 3 other event), arm
  now <<- name; d <- d[complete.cases(d), ]; sets[[name]] <<- c(list(kind = "competing", pair = pair, horizons = horizons), as.list(d))
  arms <- paste(pair, collapse = " - "); names <- c("arrest", "died", "new_care")
  for (a in c("all", sort(unique(d$arm)))) { e <- if (a == "all") d else d[d$arm == a, ]; fit <- cuminc(e$week, e$cause); at <- timepoints(fit, horizons)
    km <- summary(survfit(Surv(e$week, e$cause == 1) ~ 1, timefix = FALSE), times = horizons)
    for (c in sort(unique(e$cause[e$cause > 0]))) { i <- grep(paste0(" ", c, "$"), rownames(at$est))
      for (j in seq_along(horizons)) { F <- at$est[i, j]; w <- z * sqrt(at$var[i, j]) / (F * log(F))
        add(paste0("competing_events/", names[c]), "cumulative_incidence", a, horizons[j], "", F, F^exp(abs(w)), F^exp(-abs(w))) } }
    for (j in seq_along(horizons)) add("competing_events/arrest", "one_minus_survival", a, horizons[j], "", 1 - km$surv[j]) }
  both <- d[d$arm %in% pair, ]; both$first <- 1 * (both$arm == pair[1]); t <- cuminc(both$week, both$cause, both$arm)$Tests
  for (c in rownames(t)) { o <- paste0("competing_events/", names[as.integer(c)]); add(o, "gray_chi2", arms, "", "", t[c, "stat"], p = t[c, "pv"])
    f <- crr(both$week, both$cause, cbind(both$first), failcode = as.integer(c), gtol = 1e-13, maxiter = 50); wald(o, "subdistribution_hazard_ratio", arms, "", "", exp(f$coef), exp(f$coef) * sqrt(f$var[1, 1]), log = TRUE)
    f <- coxph(Surv(week, cause == as.integer(c)) ~ first, both, control = tight); wald(o, "hazard_ratio", arms, "", "", exp(coef(f)), exp(coef(f)) * sqrt(f$var[1, 1]), log = TRUE) }
}
k <- mgus2; competing_study("mgus2", data.frame(week = pmax(1, ceiling(ifelse(k$pstat == 1, k$ptime, k$futime) / 2)), cause = ifelse(k$pstat == 1, 1, 2 * k$death),
  arm = ifelse(k$sex == "F", "women", "men")), c("women", "men"), c(26, 52, 104))
k <- transplant; competing_study("transplant", data.frame(week = pmax(1, ceiling(k$futime / 7)), cause = c(0, 2, 1, 3)[as.integer(k$event)],
  arm = ifelse(k$sex == "f", "women", "men")), c("women", "men"), c(13, 26, 52))
k <- veteran; competing_study("veteran", data.frame(week = ceiling(k$time / 7), cause = k$status, arm = c("standard", "test")[k$trt]), c("standard", "test"), c(13, 26, 52))

recurrent_study <- function(name, d, pair, horizons) { # id, start, stop, event, arm: events while followed from the start
  now <<- name; d <- d[order(d$id, d$stop), ]; d <- d[d$stop > d$start, ]; last <- tapply(d$stop, d$id, max); who <- sort(unique(d$id)); hit <- d[d$event == 1, ]
  sets[[name]] <<- list(kind = "recurrent", pair = pair, horizons = horizons, until = as.vector(last), arm = as.vector(tapply(d$arm, d$id, head, 1)), person = match(hit$id, who) - 1, at = hit$stop)
  arms <- paste(pair, collapse = " - "); d$first <- 1 * (d$arm == pair[1]); d$k <- ave(d$event, d$id, FUN = function(e) cumsum(e) - e + 1)
  for (a in c("all", pair)) { e <- if (a == "all") d else d[d$arm == a, ]; s <- survfit(Surv(start, stop, event) ~ 1, data = e, id = id, robust = TRUE, timefix = FALSE)
    j <- findInterval(horizons, s$time); for (i in seq_along(j)) { m <- s$cumhaz[j[i]]; se <- s$std.chaz[j[i]]
      add("recurrent_events", "mean_cumulative_events", a, horizons[i], "", m, m * exp(-z * se / m), m * exp(z * se / m)) } }
  one <- function(model, f) { m <- coxph(f, data = d, cluster = id, control = tight)
    wald("recurrent_events", "recurrent_hazard_ratio", arms, "", paste0("model:", model), exp(coef(m)[[1]]), exp(coef(m)[[1]]) * sqrt(m$var[1, 1]), log = TRUE) }
  one("andersen-gill", Surv(start, stop, event) ~ first); one("pwp-total", Surv(start, stop, event) ~ first + strata(k)); one("pwp-gap", Surv(stop - start, event) ~ first + strata(k))
}
recurrent_study("cgd", local({k <- cgd; d <- data.frame(id = k$id, start = ceiling(k$tstart / 7), stop = ceiling(k$tstop / 7), event = k$status, arm = ifelse(k$treat == "placebo", "placebo", "ifn")); d}),
                c("ifn", "placebo"), c(26, 40, 52))
recurrent_study("bladder1", local({k <- subset(bladder1, stop > start & treatment != "pyridoxine"); data.frame(id = k$id, start = k$start, stop = k$stop, event = 1 * (k$status == 1), arm = as.character(k$treatment))}),
                c("thiotepa", "placebo"), c(13, 26, 52))

now <- "bcos"; k <- read.csv("tests/reference/data/interval_bcos.csv") # left < right, right missing: not yet
sets$bcos <- list(kind = "interval", pair = c("zero", "one"), horizons = c(13, 26, 40), left = k$left, right = k$right, arm = c("zero", "one")[k$group + 1])
npmle <- function(left, right, at) { # survfit(type = "interval2") stops its steps near 1e-4: the same steps until nothing moves; mass in the last week
  t <- sort(unique(right)); A <- outer(left, t, "<") & outer(right, t, ">="); p <- rep(1 / length(t), length(t))
  repeat { q <- colMeans(A * rep(p, each = nrow(A)) / drop(A %*% p)); if (max(abs(q - p)) < 1e-15) break; p <- q }
  # mass lies in intervals (l, r] where a left limit is followed by a right one; it counts in r
  sapply(at, function(w) sum(p[t > w])) }
for (a in c("all", "zero", "one")) { e <- if (a == "all") k else k[k$group == (a == "one"), ]; s <- npmle(e$left, ifelse(is.na(e$right), Inf, e$right), c(13, 26, 40))
  for (j in 1:3) add("interval_censored_events", "survival", a, c(13, 26, 40)[j], "", s[j]) }

change_study <- function(name, d, pair = NULL, higher = TRUE, exact = TRUE) { # pre, post, arm, perhaps covariates gender and setting
  now <<- name; d <- d[complete.cases(d[c("pre", "post")]), ]; sets[[name]] <<- c(list(kind = "change", pair = pair, higher = higher), as.list(d)); s <- if (higher) 1 else -1
  for (a in if (length(unique(d$arm)) > 1) c("all", sort(unique(d$arm))) else "all") { e <- if (a == "all") d else d[d$arm == a, ]; n <- nrow(e); r <- cor(e$pre, e$post)
    t <- t.test(e$post, e$pre, paired = TRUE); add("change", "mean_change", a, "end", "", t$estimate, t$conf.int[1], t$conf.int[2], t$p.value)
    add("change", "t_paired", a, "end", "", t$statistic, p = t$p.value); t <- cor.test(e$pre, e$post); add("change", "correlation", a, "end", "", t$estimate, t$conf.int[1], t$conf.int[2])
    g <- escalc("SMCR", m1i = mean(e$post), m2i = mean(e$pre), sd1i = sd(e$pre), ni = n, ri = r); add("change", "g", a, "end", "", s * g$yi[1], s * g$yi[1] - z * sqrt(g$vi[1]), s * g$yi[1] + z * sqrt(g$vi[1]))
    ch <- round(e$post - e$pre, 9); add("change", "wilcoxon_signed_rank", a, "end", "", suppressWarnings(wilcox.test(ch)$statistic), p = as.numeric(pvalue(wilcoxsign_test(ch ~ rep(0, n), distribution = "exact", zero.method = "Wilcoxon"))))
    nz <- s * ch[ch != 0]; b <- binom.test(sum(nz > 0), length(nz)); add("change", "sign_test", a, "end", "", b$estimate, b$conf.int[1], b$conf.int[2], b$p.value) }
  if (is.null(pair)) return(invisible())
  arms <- paste(pair, collapse = " - "); b <- d[d$arm %in% pair, ]; b$first <- 1 * (b$arm == pair[1]); one <- b[b$first == 1, ]; two <- b[b$first == 0, ]
  m <- escalc("SMD", m1i = mean(one$post), m2i = mean(two$post), sd1i = sd(one$post), sd2i = sd(two$post), n1i = nrow(one), n2i = nrow(two)); add("comparison", "g_between", arms, "end", "", s * m$yi[1], s * m$yi[1] - z * sqrt(m$vi[1]), s * m$yi[1] + z * sqrt(m$vi[1]))
  f <- lm(as.formula(paste("post ~ first + pre", if (!is.null(b$gender)) "+ gender + setting")), b); l <- summary(f)$coefficients
  student("change", "adjusted_difference", arms, "end", "", l["first", 1], l["first", 2], f$df.residual)
  student("comparison", "adjusted_difference_hc3", arms, "end", "", l["first", 1], sqrt(vcovHC(f, "HC3")["first", "first"]), f$df.residual)
}
change_study("sleep", data.frame(pre = sleep$extra[1:10], post = sleep$extra[11:20], arm = "care"))
change_study("anorexia", data.frame(pre = anorexia$Prewt, post = anorexia$Postwt, arm = tolower(anorexia$Treat)), c("cbt", "cont"))
change_study("orthodont", local({o <- nlme::Orthodont; o <- o[order(o$Subject, o$age), ]; data.frame(pre = o$distance[o$age == 8], post = o$distance[o$age == 14], arm = ifelse(o$Sex[o$age == 8] == "Male", "male", "female"))}), c("male", "female"), FALSE)
change_study("beat_the_blues", local({b <- read.csv("evaluation/examples/data/beat_the_blues.csv"); data.frame(pre = b$bdi.pre, post = b$bdi.2m, arm = ifelse(b$treatment == "BtheB", "program", "usual"),
  gender = ifelse(b$drug == "Yes", "girl", "boy"), setting = ifelse(b$length == ">6m", "open", "closed"))}), c("program", "usual"), FALSE)

time_study <- function(name, d, moments, pair = NULL, slope) { # id, moment (1, 2, ...), week, score, arm; one row per score
  now <<- name; d <- d[!is.na(d$score), ]; sets[[name]] <<- c(list(kind = "time", moments = moments, pair = pair, slope = slope), as.list(d)); d$m <- factor(d$moment)
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e6), calc.derivs = FALSE, check.conv.grad = "ignore", check.conv.hess = "ignore", check.conv.singular = "ignore")
  random <- if (slope == "random") " + (week | id)" else " + (1 | id)"; fit <- lmer(as.formula(paste("score ~ m", random)), d, control = control)
  say <- function(fit, L, arm, time) { k <- contest1D(fit, L, ddf = "Kenward-Roger"); student("over_time", "mixed_change", arm, time, "", k$Estimate, k[["Std. Error"]], k$df) }
  for (j in seq_along(moments)[-1]) say(fit, as.numeric(names(fixef(fit)) == paste0("m", j)), "all", moments[j])
  if (!is.null(pair)) { d$first <- 1 * (d$arm == pair[1]); fit <- lmer(as.formula(paste("score ~ first * m", random)), d, control = control)
    for (j in seq_along(moments)[-1]) say(fit, as.numeric(names(fixef(fit)) == paste0("first:m", j)), paste(pair, collapse = " - "), moments[j]) }
}
all_moments <- c("baseline", "interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m")
time_study("sleepstudy", local({s <- subset(sleepstudy, Days < 7); data.frame(id = as.integer(s$Subject), moment = s$Days + 1, week = s$Days, score = s$Reaction, arm = "care")}), all_moments, NULL, "random")
time_study("orthodont_ages", local({o <- as.data.frame(nlme::Orthodont); o$id <- as.integer(factor(as.character(o$Subject))); o$moment <- (o$age - 6) / 2; o <- o[(o$id * 5 + o$moment * 3) %% 7 > 0 | o$moment == 1, ]
  data.frame(id = o$id, moment = o$moment, week = c(0, 10, 20, 40)[o$moment], score = o$distance, arm = ifelse(o$Sex == "Male", "male", "female"))}), c("baseline", "interim", "end", "follow_up_3m"), c("male", "female"), "fixed")
time_study("gsk", local({b <- as.data.frame(nlme::BodyWeight); b$id <- as.integer(factor(as.character(b$Rat))); b <- b[b$Time %in% c(1, 15, 29, 43, 64) & b$Diet != 3, ]; b$moment <- match(b$Time, c(1, 15, 29, 43, 64)); b <- b[!(b$id %% 4 == 1 & b$moment > 3), ]
  data.frame(id = b$id, moment = b$moment, week = c(0, 2, 4, 6, 9)[b$moment], score = b$weight, arm = ifelse(b$Diet == 1, "one", "two"))}), all_moments[1:5], c("one", "two"), "random")
cat(toJSON(list(program = R.version.string, packages = sapply(c("survival", "cmprsk", "metafor", "sandwich", "coin", "lme4", "lmerTest"), function(p) as.character(packageVersion(p)), simplify = FALSE),
  sets = sets, rows = rows), digits = NA, auto_unbox = TRUE, na = "null", dataframe = "columns"), "\n")
