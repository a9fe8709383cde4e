module github.com/sluice-gateway/sluice/tools

go 1.26
