module runforge.test

go 1.18

require runforge.example v0.0.0

replace runforge.example => ../../../examples/go
