-- The roles of the five services, as the superuser, once for each PostgreSQL. A service's own role owns its database and
-- may become each of the other three, which own nothing; what logs in and with which password is set elsewhere.
DO $$
DECLARE
    service text;
    part text;
BEGIN
    FOREACH service IN ARRAY ARRAY['agreements', 'delegations', 'events', 'notifications', 'gateway'] LOOP
        EXECUTE format('CREATE ROLE caytre_%s', service);
        EXECUTE format('GRANT pg_monitor TO caytre_%s', service);
        FOREACH part IN ARRAY ARRAY['command', 'worker', 'query'] LOOP
            EXECUTE format('CREATE ROLE caytre_%s_%s NOLOGIN', service, part);
            EXECUTE format('GRANT caytre_%s_%s TO caytre_%s WITH INHERIT FALSE', service, part, service);
        END LOOP;
    END LOOP;
END
$$;
