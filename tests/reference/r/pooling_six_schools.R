# The six largest schools of Snijders and Bosker's pupils (mlmRev): language at the start and a year later, as people of six providers.
#   Rscript pooling_six_schools.R > ../data/six_schools.csv
suppressMessages(library(mlmRev))
largest <- names(sort(table(bdf$schoolNR), decreasing = TRUE))[1:6]
six <- bdf[bdf$schoolNR %in% largest, c("schoolNR", "langPRET", "langPOST")]
names(six) <- c("school", "before", "later")
write.csv(six, row.names = FALSE, quote = FALSE)
