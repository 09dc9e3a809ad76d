# Recurrent events: Andersen-Gill, PWP total and gap time, WLW by survival::coxph with clusters; mean cumulative function by survfit(id=).
# Rscript tests/reference/r/recurrent_events.R > tests/reference/values/recurrent_events.json
# Writes tests/reference/data/recurrent_*.csv: one row per client (id, arm, entry, until) and one per event (id, week).
suppressMessages({library(survival); library(jsonlite)})
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
spells <- function(d) { # id, arm, start, stop, event  ->  clients and events
  d <- d[order(d$id, d$stop), ]
  list(clients = data.frame(id = sort(unique(d$id)), arm = tapply(d$arm, d$id, head, 1), entry = tapply(d$start, d$id, min),
                            until = tapply(d$stop, d$id, max)), events = data.frame(id = d$id[d$event == 1], week = d$stop[d$event == 1]))
}
b <- subset(bladder1, stop > start)
late <- cgd; late$start <- ceiling(cgd$tstart / 7); late$stop <- ceiling(cgd$tstop / 7)
late <- late[late$stop > late$start, ]
sets <- list(
  bladder2 = data.frame(id = bladder2$id, arm = bladder2$rx - 1, start = bladder2$start, stop = bladder2$stop, event = bladder2$event),
  bladder1 = data.frame(id = b$id, arm = as.integer(b$treatment) - 1, start = b$start, stop = b$stop, event = 1 * (b$status == 1)),
  cgd_days = data.frame(id = cgd$id, arm = 1 * (cgd$treat == "rIFN-g"), start = cgd$tstart, stop = cgd$tstop, event = cgd$status),
  rhdnase = local({ r <- tmerge(rhDNase[!duplicated(rhDNase$id), ], rhDNase[!duplicated(rhDNase$id), ], id = id, tstop = as.numeric(end.dt - entry.dt))
    r <- tmerge(r, rhDNase, id = id, exacerbation = event(ivstart)); data.frame(id = r$id, arm = r$trt, start = r$tstart, stop = r$tstop, event = r$exacerbation) }),
  cgd_late = local({ d <- late; d$start[d$start == 0 & d$id %% 3 == 0] <- 1 + (d$id[d$start == 0 & d$id %% 3 == 0] %% 5)
    d <- d[d$stop > d$start, ]; data.frame(id = d$id, arm = 1 * (d$treat == "rIFN-g"), start = d$start, stop = d$stop, event = d$status) }))
order_of <- function(d) ave(d$event, d$id, FUN = function(e) cumsum(e) - e + 1)
fits <- function(d) {
  d <- d[order(d$id, d$stop), ]; d$k <- order_of(d)
  last <- aggregate(stop ~ id, d, max)$stop; names(last) <- sort(unique(d$id))
  wlw <- do.call(rbind, lapply(1:4, function(k) { do.call(rbind, lapply(split(d, d$id), function(r) {
    w <- r$stop[r$event == 1]; hit <- length(w) >= k
    data.frame(id = r$id[1], arm = r$arm[1], start = min(r$start), stop = if (hit) w[k] else max(r$stop), event = 1 * hit, k = k) })) }))
  one <- function(f, data, ties) { m <- coxph(f, data = data, ties = ties, cluster = id, control = tight)
    list(coef = unname(coef(m)), se = sqrt(m$var[1, 1]), naive = sqrt(m$naive.var[1, 1])) }
  lapply(c(efron = "efron", breslow = "breslow"), function(ties) list(
    andersen_gill = one(Surv(start, stop, event) ~ arm, d, ties), pwp_total = one(Surv(start, stop, event) ~ arm + strata(k), d, ties),
    pwp_gap = one(Surv(stop - start, event) ~ arm + strata(k), d, ties), wlw = one(Surv(start, stop, event) ~ arm + strata(k), wlw, ties)))
}
mcf <- function(d) lapply(0:1, function(a) {
  e <- d[d$arm == a, ]; at <- unique(quantile(e$stop[e$event == 1], c(.1, .3, .5, .7, .9), type = 1))
  f <- survfit(Surv(start, stop, event) ~ 1, data = e, id = id, robust = TRUE, timefix = FALSE)
  j <- findInterval(at, f$time)
  list(week = unname(at), mean = f$cumhaz[j], error = f$std.chaz[j])
})
cases <- lapply(names(sets), function(name) { d <- sets[[name]]; d <- d[complete.cases(d), ]; s <- spells(d)
  write.csv(s$clients, sprintf("tests/reference/data/recurrent_%s_clients.csv", name), row.names = FALSE, quote = FALSE)
  write.csv(s$events, sprintf("tests/reference/data/recurrent_%s_events.csv", name), row.names = FALSE, quote = FALSE)
  list(data = name, models = fits(d), mcf = mcf(d)) })
a <- coxph(Surv(start, stop, event) ~ rx + size + number, data = bladder2, ties = "breslow", cluster = id)
cat(toJSON(list(program = paste(R.version.string, "survival", packageVersion("survival")), cases = cases,
                camis = list(ratio = exp(unname(coef(a)[1])), se = sqrt(a$var[1, 1]))), digits = NA, auto_unbox = TRUE, na = "null"), "\n")
