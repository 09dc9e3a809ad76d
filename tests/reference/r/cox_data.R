# Writes the data sets of the event-model tests from R's survival package, numbers only. Months are ceilings of days / 30.4375.
# Rscript tests/reference/r/cox_data.R   (from the root of the project)
library(survival)
out <- function(d, name) write.csv(d, file.path("tests/reference/data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
month <- function(days) ceiling(days / 30.4375)
d <- lung[complete.cases(lung[, c("inst", "time", "age", "sex", "ph.ecog")]), ]
out(data.frame(inst = d$inst, time = d$time, month = month(d$time), entry = pmin(month(d$time) - 1, seq_len(nrow(d)) %% 5),
               event = d$status - 1, age = d$age, sex = d$sex, ecog = d$ph.ecog), "lung")
d <- veteran
out(data.frame(time = d$time, month = month(d$time), event = d$status, trt = d$trt, karno = d$karno, age = d$age, prior = d$prior / 10,
               squamous = 1 * (d$celltype == "squamous"), small = 1 * (d$celltype == "smallcell"),
               adeno = 1 * (d$celltype == "adeno"), cell = as.integer(d$celltype)), "veteran")
d <- ovarian
out(data.frame(time = d$futime, event = d$fustat, age = d$age, residual = d$resid.ds, rx = d$rx, ecog = d$ecog.ps), "ovarian")
d <- bladder2
out(data.frame(id = d$id, rx = d$rx, number = d$number, size = d$size, start = d$start, stop = d$stop, event = d$event, enum = d$enum), "bladder2")
d <- bladder
out(data.frame(id = d$id, rx = d$rx, number = d$number, size = d$size, stop = d$stop, event = d$event, enum = d$enum), "bladder_wlw")
d <- subset(colon, etype == 2 & !is.na(nodes))
out(data.frame(week = ceiling(d$time / 7), quarter = ceiling(d$time / 91.3125), event = d$status, lev = 1 * (d$rx == "Lev"),
               lev5fu = 1 * (d$rx == "Lev+5FU"), age = d$age, nodes = d$nodes, obstruct = d$obstruct, differ = ifelse(is.na(d$differ), 2, d$differ)), "colon")
d <- heart
out(data.frame(id = d$id, start = d$start, stop = d$stop, event = d$event, age = d$age, year = d$year, surgery = d$surgery,
               transplant = as.integer(d$transplant) - 1), "heart")
