select outcome, source, finding, vocabulary_id, concept_code, count(*) as records,
  count(distinct id) as cases
from readings
group by outcome, source, finding, vocabulary_id, concept_code
union all
select 'not mapped', p.source, null, c.vocabulary_id, c.concept_code,
  count(distinct p.event_id), count(distinct p.id)
from pairs p
left join matches m on m.source = p.source and m.event_id = p.event_id
left join {vocabulary}concept c
  on c.concept_id = case when coalesce(p.source_concept_id, 0) <> 0 then p.source_concept_id
    else p.concept_id end
where m.rule_id is null
group by p.source, c.vocabulary_id, c.concept_code
union all
select 'age from the year of birth alone', 'person', 'age', null, null, count(*), count(*)
from people where age is not null and month_of_birth is null
having count(*) > 0
union all
select 'without an age', 'person', 'age', null, null, count(*), count(*)
from people where age is null or age < 0
having count(*) > 0
union all
select 'without a sex', 'person', 'sex', null, null, count(*), count(*)
from people where gender is null or gender not in ('F', 'M')
having count(*) > 0
