# what survfit and coxph do unless told otherwise; the numbers of docs/defaults.md
library(survival)
maintained <- subset(aml, x == "Maintained")
for (type in c("plain", "log", "log-log")) {
  at <- summary(survfit(Surv(time, status) ~ 1, maintained, conf.type = type), times = 48)
  cat(type, at$surv, at$lower, at$upper, "\n")
}
