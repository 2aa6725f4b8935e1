module example.com/decide

go 1.18
