-- What the tables of the OMOP common data model say about cases, one row for each record, rule and
-- case. A subset of SQL that DuckDB and Spark read alike. Names in braces are filled in by
-- dorsal.omop: the tables of rules as VALUES, the query of cases, and the schemas.
with rules as (
  select * from (values {rules}) as t(
    rule_id, vocabulary_id, concept_code, how, finding, reads, threshold, state, otherwise,
    since, until, lowest, highest)
),
units as (select * from (values {units}) as t(finding, unit, factor, shift)),
answers as (select * from (values {answers}) as t(vocabulary_id, concept_code, holds)),
statuses as (select * from (values {statuses}) as t(vocabulary_id, concept_name, counts)),
cases as ({cases}),
events as (
  select 'condition_occurrence' as source, condition_occurrence_id as event_id, person_id,
    condition_start_date as event_date, condition_concept_id as concept_id,
    condition_source_concept_id as source_concept_id, cast(null as double) as value,
    cast(null as double) as range_high, 0 as value_concept_id, 0 as operator_concept_id,
    0 as unit_concept_id, condition_status_concept_id as status_concept_id,
    condition_type_concept_id as type_concept_id
  from {cdm}condition_occurrence
  union all
  select 'observation', observation_id, person_id, observation_date, observation_concept_id,
    observation_source_concept_id, cast(value_as_number as double), cast(null as double),
    value_as_concept_id, 0, unit_concept_id, 0, observation_type_concept_id
  from {cdm}observation
  union all
  select 'measurement', measurement_id, person_id, measurement_date, measurement_concept_id,
    measurement_source_concept_id, cast(value_as_number as double), cast(range_high as double),
    value_as_concept_id, operator_concept_id, unit_concept_id, 0, measurement_type_concept_id
  from {cdm}measurement
  union all
  select 'drug_exposure', drug_exposure_id, person_id, drug_exposure_start_date, drug_concept_id,
    drug_source_concept_id, cast(null as double), cast(null as double), 0, 0, 0, 0,
    drug_type_concept_id
  from {cdm}drug_exposure
),
-- The concepts that a rule is about: a code, the codes that begin with it, or the drugs with an
-- ingredient.
codes as (
  select c.concept_id, r.rule_id
  from {vocabulary}concept c
  join rules r on c.vocabulary_id = r.vocabulary_id and c.concept_code = r.concept_code
  where r.how = 'code'
  union
  select c.concept_id, r.rule_id
  from {vocabulary}concept c
  join rules r on c.vocabulary_id = r.vocabulary_id and c.concept_code like concat(r.concept_code, '%')
  where r.how = 'prefix'
  union
  select a.descendant_concept_id, r.rule_id
  from {vocabulary}concept c
  join rules r on c.vocabulary_id = r.vocabulary_id and c.concept_code = r.concept_code
  join {vocabulary}concept_ancestor a on a.ancestor_concept_id = c.concept_id
  where r.how = 'ingredient'
),
-- A record is known by its concept or by the one of its source; both may be the same rule's.
matches as (
  select e.source, e.event_id, k.rule_id
  from events e join codes k on k.concept_id = e.concept_id
  union
  select e.source, e.event_id, k.rule_id
  from events e join codes k on k.concept_id = e.source_concept_id
),
-- Records after the index date would tell a case its own future.
pairs as (
  select c.id, c.index_date, e.*
  from cases c join events e on e.person_id = c.person_id and e.event_date <= c.index_date
),
-- Every value in the unit of its finding, and what comes before it: nothing, <, <=, > or >=.
values_read as (
  select p.id, p.source, p.event_id, p.event_date, r.*, s.counts, s.concept_name as status,
    a.holds, p.value as given, p.range_high,
    case p.operator_concept_id when 4171756 then '<' when 4171754 then '<=' when 4172704 then '>'
      when 4171755 then '>=' else '' end as bound,
    case when r.reads in ('number', 'above', 'at_least', 'below') then p.value * n.factor + n.shift
      when r.reads in ('times_upper_limit', 'above_upper_limit') and p.range_high > 0
        then p.value / p.range_high
    end as value,
    case when r.reads = 'above_upper_limit' then 1.0 else r.threshold end as limit_value,
    case when p.type_concept_id in ({types}) then true else false end as of_type,
    case when p.event_date > p.index_date - r.until * interval '1' day
        or p.event_date < p.index_date - r.since * interval '1' day
      then true else false end as outside
  from pairs p
  join matches m on m.source = p.source and m.event_id = p.event_id
  join rules r on r.rule_id = m.rule_id
  left join {vocabulary}concept u on u.concept_id = p.unit_concept_id and u.vocabulary_id = 'UCUM'
  left join units n on n.finding = r.finding and n.unit = coalesce(u.concept_code, '')
    and (u.concept_id is not null or coalesce(p.unit_concept_id, 0) = 0)
  left join {vocabulary}concept v on v.concept_id = p.value_concept_id
  left join answers a on a.vocabulary_id = v.vocabulary_id and a.concept_code = v.concept_code
  left join {vocabulary}concept w on w.concept_id = p.status_concept_id
  left join statuses s on s.vocabulary_id = w.vocabulary_id and s.concept_name = w.concept_name
),
-- A bound is a state only where the whole of what it allows is: "< 20" is not above 100, and
-- "> 20" is neither above 100 nor not.
states as (
  select *,
    case
      when reads = 'state' then state
      when reads = 'answer' then case holds when 'yes' then state when 'no' then otherwise end
      when value is null or abs(value) >= 1e9 or value < lowest or value > highest then null
      when reads in ('number', 'times_upper_limit')
        then concat(bound, cast(cast(value as decimal(18, 6)) as string))
      when reads in ('above', 'above_upper_limit') then case
        when bound in ('', '>', '>=') and value > limit_value then state
        when bound = '>' and value >= limit_value then state
        when bound in ('', '<', '<=') and value <= limit_value then otherwise end
      when reads = 'at_least' then case
        when bound in ('', '>', '>=') and value >= limit_value then state
        when bound in ('', '<', '<=') and value < limit_value then otherwise
        when bound = '<' and value <= limit_value then otherwise end
      when reads = 'below' then case
        when bound in ('', '<', '<=') and value < limit_value then state
        when bound = '<' and value <= limit_value then state
        when bound in ('', '>', '>=') and value >= limit_value then otherwise end
    end as said
  from values_read
),
outcomes as (
  select *,
    case
      when outside then 'outside the window'
      when of_type then 'of a type that is set aside'
      when counts = 'never' or (counts = 'ever' and since is not null)
        then concat('set aside: ', status)
      when reads not in ('state', 'answer') and given is null then 'without a number'
      when reads in ('times_upper_limit', 'above_upper_limit') and value is null
        then 'without an upper limit'
      when reads not in ('state', 'answer') and value is null then 'without a unit that is known'
      when reads not in ('state', 'answer')
        and (abs(value) >= 1e9 or value < lowest or value > highest) then 'no number of a patient'
      when reads = 'answer' and holds is null then 'without an answer that is known'
      when coalesce(said, '') = '' then 'proves no state'
      else 'taken'
    end as outcome
  from states
),
-- Of several records of a finding the last one counts; of the same day, one that says that it is
-- there.
placed as (
  select *,
    row_number() over (
      partition by id, finding, case when outcome = 'taken' then 0 else 1 end
      order by event_date desc, case when said = state then 0 else 1 end, source, event_id desc,
        rule_id) as place,
    first_value(said) over (
      partition by id, finding, case when outcome = 'taken' then 0 else 1 end
      order by event_date desc, case when said = state then 0 else 1 end, source, event_id desc,
        rule_id) as first_said
  from outcomes
),
readings as (
  select id, finding, said, source, event_id, event_date, vocabulary_id, concept_code,
    case
      when outcome <> 'taken' or place = 1 then outcome
      when said = first_said then 'says the same again'
      else 'overtaken by a later record'
    end as outcome
  from placed
),
people as (
  select c.id, c.setting, g.concept_code as gender, p.month_of_birth,
    extract(year from c.index_date) - p.year_of_birth
      - case
          when extract(month from c.index_date) * 100 + extract(day from c.index_date)
            < coalesce(p.month_of_birth, 7) * 100
              + coalesce(p.day_of_birth, case when p.month_of_birth is null then 1 else 15 end)
          then 1 else 0 end as age
  from cases c
  left join {cdm}person p on p.person_id = c.person_id
  left join {vocabulary}concept g
    on g.concept_id = p.gender_concept_id and g.vocabulary_id = 'Gender'
)
