module liftlock/oracle/certificates

go 1.26
