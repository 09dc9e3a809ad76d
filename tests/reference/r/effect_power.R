# Power of t tests and of two shares: stats::power.t.test and power.prop.test (strict = TRUE: both tails), pwr::pwr.t.test and pwr.t2n.test.
# Rscript tests/reference/r/effect_power.R > tests/reference/values/effect_power.json
suppressMessages({library(pwr); library(jsonlite)})
changes <- lapply(c(3, 5, 11, 34, 150), function(n) list(n = n,
  d = power.t.test(n = n, power = .8, type = "paired", strict = TRUE, tol = 1e-12)$delta, d90 = power.t.test(n = n, power = .9, type = "paired", strict = TRUE, tol = 1e-12)$delta,
  power = pwr.t.test(n = n, d = .5, type = "paired")$power, strict = power.t.test(n = n, delta = .5, type = "paired", strict = TRUE)$power))
differences <- lapply(list(c(3, 3), c(11, 11), c(34, 34), c(150, 150), c(20, 60)), function(n) list(n = n, power = pwr.t2n.test(n1 = n[1], n2 = n[2], d = .5)$power,
  d = if (n[1] == n[2]) power.t.test(n = n[1], power = .8, strict = TRUE, tol = 1e-12)$delta else NULL))
g <- expand.grid(n = c(11, 34, 150), p1 = c(.3, .6), p2 = c(.2, .5))
shares <- lapply(seq_len(nrow(g)), function(i) with(g[i, ], list(n = n, first = p1, reference = p2, power = power.prop.test(n = n, p1 = p1, p2 = p2, strict = TRUE)$power)))
found <- lapply(c(34, 150), function(n) list(n = n, reference = .3, higher = power.prop.test(n = n, p1 = .3, power = .8, strict = TRUE, tol = 1e-12)$p2))
cat(toJSON(list(program = paste(R.version.string, "pwr", packageVersion("pwr")), changes = changes, differences = differences, shares = shares, found = found), digits = I(15), auto_unbox = TRUE), "\n")
