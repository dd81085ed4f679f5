module liftlock/oracle/template

go 1.26
