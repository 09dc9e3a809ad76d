# Wald's F of several coefficients with HC3 errors: car and sandwich.   Rscript joint_test.R > ../values/joint_test.json
suppressMessages({library(car); library(sandwich); library(jsonlite); library(MASS)})
m <- lm(Postwt ~ Treat * I(Prewt > 82) + Prewt, anorexia); V <- vcovHC(m, "HC3"); n <- grep(":", names(coef(m)), value = TRUE)
t <- linearHypothesis(m, paste(n, "= 0"), vcov. = V, test = "F")
cat(toJSON(list(data = list(treat = as.integer(anorexia$Treat), before = anorexia$Prewt, later = anorexia$Postwt), F = t$F[2], p = t$`Pr(>F)`[2], df = t$Df[2], residual = t$Res.Df[2]), digits = NA, auto_unbox = TRUE))
