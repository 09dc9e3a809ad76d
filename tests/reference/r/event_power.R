# Planning by events: Schoenfeld's and Freedman's formulas written out, expected events by numerical integration.
# Rscript tests/reference/r/event_power.R > tests/reference/values/event_power.json
suppressMessages(library(jsonlite))
g <- expand.grid(hr = c(0.25, 0.5, 0.57, 0.8, 1.5), p = c(0.5, 0.3), power = c(0.8, 0.9))
cases <- lapply(seq_len(nrow(g)), function(i) with(g[i, ], {
  z <- qnorm(.975) + qnorm(power); k <- p / (1 - p)
  list(hr = hr, p = p, power = power, schoenfeld = z^2 / (p * (1 - p) * log(hr)^2), freedman = z^2 / k * ((1 + k * hr) / (1 - hr))^2) }))
seen <- lapply(list(c(.5, .3), c(.2, .3), c(.9, 0), c(.1, .6)), function(s) {
  h <- -log(1 - s[1]) / 52; c <- -log(1 - s[2]) / 52
  list(event = s[1], lost = s[2], share = integrate(function(t) h * exp(-(h + c) * t), 0, 52, rel.tol = 1e-12)$value) })
cat(toJSON(list(program = R.version.string, cases = cases, seen = seen), digits = I(15), auto_unbox = TRUE), "\n")
