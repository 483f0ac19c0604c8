module runforge.example

go 1.18
