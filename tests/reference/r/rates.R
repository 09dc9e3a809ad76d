# Exact Poisson rates and ratios: stats::poisson.test; binomial limits: stats::binom.test.
# Rscript tests/reference/r/rates.R > tests/reference/values/rates.json
library(jsonlite)
counts <- list(c(0, 10, 0, 4), c(1, 5, 0, 5), c(0, 7.5, 3, 6), c(5, 12.25, 11, 20.5), c(19, 31.4, 7, 40), c(250, 1200, 310, 1100.75),
               c(40000, 1e5, 40400, 1e5))
cases <- lapply(counts, function(k) {
  one <- poisson.test(k[1], k[2])
  two <- if (k[1] + k[3] > 0) poisson.test(c(k[1], k[3]), c(k[2], k[4])) else NULL
  prop <- binom.test(k[1], k[1] + k[3] + 5)
  list(events = k[1], years = k[2], events_reference = k[3], years_reference = k[4],
       rate_low = one$conf.int[1], rate_high = one$conf.int[2],
       ratio_low = if (is.null(two)) NULL else two$conf.int[1],
       ratio_high = if (is.null(two) || is.infinite(two$conf.int[2])) NULL else two$conf.int[2],
       ratio_p = if (is.null(two)) NULL else two$p.value,
       proportion_low = prop$conf.int[1], proportion_high = prop$conf.int[2])
})
cat(toJSON(list(program = R.version.string, cases = cases), digits = NA, auto_unbox = TRUE, null = "null", pretty = TRUE), "\n")
